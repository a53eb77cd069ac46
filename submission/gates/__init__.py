"""What holds a return back: each gate a pure function of the evidence, all of them asked, every reason told at once."""
