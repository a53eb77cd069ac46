// Browsers start no Worker from file://. There, this one runs the theme's search worker in a hidden frame of the same page, so that search works
// from a folder or a stick without a server. The theme would fetch a script for this from another host (docs/decisions/0036).
(() => {
  if (location.protocol !== "file:") return
  // The theme looks for this name to find its language files beside the worker.
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super()
      const frame = document.createElement("iframe")
      frame.hidden = true
      document.body.append(frame)
      this.frame = frame
      const inner = frame.contentWindow
      const load = (source) => new Promise((resolve, reject) => {
        const script = inner.document.createElement("script")
        script.src = source
        script.onload = resolve
        script.onerror = reject
        inner.document.body.append(script)
      })
      inner.document.open()
      inner.document.write("<!doctype html><body></body>")
      inner.document.close()
      inner.postMessage = (data) => {
        const event = new MessageEvent("message", { data })
        this.dispatchEvent(event)
        if (this.onmessage) this.onmessage(event)
      }
      inner.importScripts = (...sources) => sources.reduce((before, source) => before.then(() => load(source)), Promise.resolve())
      this.ready = load(url)
    }
    postMessage(data) {
      this.ready.then(() => {
        const event = new MessageEvent("message", { data: structuredClone(data) })
        this.frame.contentWindow.dispatchEvent(event)
      })
    }
    terminate() {
      this.frame.remove()
    }
  }
})()
