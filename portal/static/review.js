/* Single-key shortcuts of the review page. Without this file every button works just as well; with it, only the chosen answer's reasons are shown. */
(function () {
  "use strict";
  var form = document.getElementById("decide");
  if (!form) { return; }
  document.documentElement.className += " scripted";
  var sets = Array.prototype.slice.call(form.querySelectorAll("fieldset.reasons"));

  function chosen() {
    var box = form.querySelector("input[name=code]:checked");
    return box ? box.value : "";
  }

  function show() {
    document.getElementById("reason-first").hidden = chosen() !== "";
    sets.forEach(function (set) {
      var here = set.getAttribute("data-code") === chosen();
      set.hidden = !here;
      Array.prototype.forEach.call(set.querySelectorAll("input"), function (box) { if (!here) { box.checked = false; } });
    });
  }

  function pick(id) {
    var box = document.getElementById(id);
    if (!box) { return; }
    box.checked = true;
    box.focus();
    show();
  }

  function typing(target) {
    var name = target.tagName;
    return target.isContentEditable || name === "TEXTAREA" || name === "SELECT" || (name === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(target.type));
  }

  var boxes = Array.prototype.map.call(form.querySelectorAll("input[name=code]"), function (box) { return box.id; });
  var answers = { "1": boxes[0], "2": boxes[1], "3": boxes[2], j: boxes[0], k: boxes[1], l: boxes[2] };

  function act(key) {
    if (answers[key]) { pick(answers[key]); return true; }
    if (/^[4-7]$/.test(key)) { if (chosen()) { pick("reason-" + chosen() + "-" + (Number(key) - 3)); } return true; }
    if (key === "u") { var undo = document.getElementById("undo"); if (!undo.disabled) { undo.click(); } return true; }
    if (key === "n") { document.getElementById("next").click(); return true; }
    if (key === "?" || key === "？") { var keys = document.getElementById("keys"); keys.open = !keys.open; return true; }
    return false;
  }

  document.addEventListener("keydown", function (event) {
    if (form.getAttribute("data-keys") !== "on" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) { return; }
    if (typing(event.target)) { return; }
    if (event.key === "Enter") {
      if (/^(A|BUTTON|SUMMARY)$/.test(event.target.tagName) || !chosen()) { return; }
      event.preventDefault();
      document.getElementById("confirm").click();
      return;
    }
    if (act(event.key.toLowerCase())) { event.preventDefault(); }
  });

  form.addEventListener("change", show);
  var sent = false;
  form.addEventListener("submit", function (event) { if (sent) { event.preventDefault(); } sent = true; });
  show();
}());
