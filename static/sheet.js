/* On a sheet: several records in one cell, and amounts that follow quantity and price. */
(() => {
  "use strict";
  const form = document.querySelector(".desk-form");
  if (!form) return;
  form.addEventListener("change", (event) => {
    const box = event.target.closest(".several");
    if (!box) return;
    const hidden = box.querySelector(":scope > input[type=hidden]"), input = box.querySelector("input[type=text]");
    if (!hidden.value) return;
    const known = [...box.querySelectorAll(".one input")].some((one) => one.value === hidden.value);
    if (!known) {
      const one = document.createElement("span"), kept = document.createElement("input"), drop = document.createElement("button");
      one.className = "one"; one.textContent = input.value;
      kept.type = "hidden"; kept.name = box.dataset.several; kept.value = hidden.value;
      drop.type = "button"; drop.className = "plain"; drop.textContent = "×"; drop.dataset.drop = "";
      one.append(kept, drop); box.querySelector(".chosen").append(one);
    }
    hidden.value = ""; input.value = "";
  });
  form.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop]");
    if (drop) { drop.closest(".one").remove(); form.dispatchEvent(new Event("input", { bubbles: true })); }
  });
  form.addEventListener("input", (event) => {
    const match = /^(line-.+-\d+)-(qty|unit_price)$/.exec(event.target.name || "");
    if (!match) return;
    const figure = (name) => Number((form.querySelector(`[name="${match[1]}-${name}"]`)?.value || "").replace(/[,，¥￥]/g, ""));
    const shown = form.querySelector(`[data-line="${match[1]}-amount"] .v`), amount = figure("qty") * figure("unit_price");
    if (shown) shown.textContent = amount ? amount.toFixed(2) : "";
  });
})();
