/* The box of the receiving desk keeps the focus: whatever is scanned lands in it. */
(() => {
  "use strict";
  const box = document.querySelector("[data-scan]");
  if (!box) return;
  const back = () => {
    const at = document.activeElement;
    if (!document.querySelector("dialog[open]") && (at === document.body || at === null)) box.focus();
  };
  box.addEventListener("blur", () => setTimeout(back, 0));
  window.addEventListener("focus", back);
  document.addEventListener("click", () => setTimeout(back, 0));
  /* a scanner types while something else has the focus: F4 and F6 work in the box too */
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const name = event.key.toLowerCase();
    if (name !== "f4" && name !== "f6") return;
    const target = document.querySelector(`[data-key="${name}"]`);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation();
    if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
  }, true);
  box.focus();
  box.select(); /* what was refused stands there until the next scan overwrites it */
})();
