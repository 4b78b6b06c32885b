/* The small behaviour of every page: keys, remote selects, unsaved work, taken values. No inline handlers anywhere. */
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const name = (event.ctrlKey ? "ctrl+" : "") + event.key.toLowerCase();
    if (!event.ctrlKey && typing(event.target)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
  });

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const open = document.body.classList.toggle(`${toggle.dataset.toggle}-open`);
      toggle.setAttribute("aria-expanded", String(open));
      return;
    }
    const row = event.target.closest("tr[data-href]");
    if (row && !event.target.closest("a, button, input") && !String(getSelection())) location.href = row.dataset.href;
    const take = event.target.closest("[data-take]");
    if (take) {
      const field = take.closest(".field");
      const hidden = field.querySelector(".lookup input[type=hidden]");
      const input = hidden || field.querySelector("input, select, textarea");
      if (input.type === "checkbox") input.checked = take.dataset.take === "True"; else input.value = take.dataset.take;
      if (hidden) field.querySelector(".lookup input[type=text]").value = take.dataset.text;
      take.parentElement.remove();
    }
    const keep = event.target.closest("[data-keep]");
    if (keep) keep.parentElement.remove();
    if (event.target === document.body || event.target.closest(".page > main")) document.body.classList.remove("nav-open");
  });

  /* sites, contacts and units are those of the customer chosen in the same form */
  const of = (box) => {
    const customer = box.closest("form")?.querySelector("[name=customer]");
    return customer && customer.value && !box.contains(customer) ? `&customer=${customer.value}` : "";
  };

  /* remote selects */
  for (const box of $$("[data-lookup]")) {
    const hidden = box.querySelector("input[type=hidden]");
    const input = box.querySelector("input[type=text]");
    const list = document.createElement("ul");
    list.className = "options"; list.hidden = true; list.setAttribute("role", "listbox");
    box.append(list);
    let timer, chosen = -1, shown = input.value, wanted = 0;
    const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); };
    const take = (item) => { hidden.value = item.dataset.id; shown = input.value = item.textContent; close(); input.dispatchEvent(new Event("change", { bubbles: true })); };
    const mark = () => $$("li", list).forEach((item, place) => item.classList.toggle("chosen", place === chosen));
    const ask = async () => {
      const turn = ++wanted;
      const answer = await fetch(`${box.dataset.lookup}?q=${encodeURIComponent(input.value === shown ? "" : input.value)}${of(box)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== wanted) return;
      list.replaceChildren(...(await answer.json()).map((row) => {
        const item = document.createElement("li");
        item.textContent = row.text; item.dataset.id = row.id; item.setAttribute("role", "option");
        return item;
      }));
      list.hidden = !list.children.length; input.setAttribute("aria-expanded", String(!list.hidden)); chosen = list.children.length && input.value !== shown ? 0 : -1; mark();
    };
    input.addEventListener("focus", () => { input.select(); ask(); });
    input.addEventListener("input", () => { clearTimeout(timer); if (!input.value) { hidden.value = ""; shown = ""; } timer = setTimeout(ask, 180); });
    input.addEventListener("blur", () => setTimeout(() => { if (input.value && input.value !== shown) input.value = hidden.value ? shown : ""; close(); }, 150));
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      const items = $$("li", list);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { chosen = (chosen + (event.key === "ArrowDown" ? 1 : items.length - 1) + items.length) % items.length; mark(); event.preventDefault(); }
      else if (event.key === "Enter" && chosen >= 0) { take(items[chosen]); event.preventDefault(); }
      else if (event.key === "Escape") { close(); event.stopPropagation(); }
    });
    list.addEventListener("mousedown", (event) => { const item = event.target.closest("li"); if (item) { event.preventDefault(); take(item); } });
  }

  /* unsaved work */
  for (const form of $$("form[data-guard]")) {
    let dirty = false;
    const state = form.querySelector("[data-unsaved]");
    form.addEventListener("input", () => { dirty = true; if (state && !state.textContent.trim()) state.textContent = state.dataset.unsaved; });
    form.addEventListener("submit", () => { dirty = false; $$("button", form).forEach((button) => setTimeout(() => { button.disabled = true; }, 0)); });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
    addEventListener("pageshow", () => $$("button", form).forEach((button) => { button.disabled = false; }));
  }
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();

// A signature: strokes as whole numbers in a field of 600 × 200, sent as text.
for (const pad of document.querySelectorAll("[data-pad]")) {
  const canvas = pad.querySelector("canvas"), target = document.querySelector(`[name="${pad.dataset.pad}"]`), pen = canvas.getContext("2d");
  let lines = [], line = null;
  pen.lineWidth = 4; pen.lineCap = "round"; pen.lineJoin = "round"; pen.strokeStyle = "#12318a";
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const fit = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [fit((event.clientX - box.left) * 600 / box.width, 600), fit((event.clientY - box.top) * 200 / box.height, 200)];
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); line = [at(event)]; lines.push(line); });
  canvas.addEventListener("pointermove", (event) => {
    if (!line) return;
    const last = line[line.length - 1], next = at(event);
    line.push(next); pen.beginPath(); pen.moveTo(...last); pen.lineTo(...next); pen.stroke();
  });
  canvas.addEventListener("pointerup", () => { line = null; target.value = JSON.stringify(lines); });
  pad.querySelector("[data-clear]").addEventListener("click", () => { lines = []; target.value = ""; pen.clearRect(0, 0, 600, 200); });
}

// Beside the form at the telephone: what is known of the customer; empty fields are filled from it, a unit at a click.
for (const box of document.querySelectorAll("[data-context]")) {
  const form = box.parentElement.closest(".beside").querySelector("form");
  const put = (name, value, over) => {
    const input = form.querySelector(`[name=${name}]`);
    if (!input || value === null || (input.value && !over)) return;
    if (Array.isArray(value)) { input.value = value[0]; input.parentElement.querySelector("input[type=text]").value = value[1]; }
    else input.value = value;
  };
  const load = async () => {
    const customer = form.querySelector("[name=customer]").value;
    if (!customer) return;
    const answer = await fetch(`${box.dataset.context}?customer=${customer}`);
    if (!answer.ok) return;
    box.innerHTML = await answer.text();
    const fill = JSON.parse(box.querySelector("[data-fill]").dataset.fill);
    for (const [name, value] of Object.entries(fill)) put(name, value, false);
  };
  form.addEventListener("change", (event) => { if (event.target.closest("[data-name=customer]")) load(); });
  box.addEventListener("click", (event) => {
    const unit = event.target.closest("[data-unit]");
    if (unit) for (const [name, value] of Object.entries(JSON.parse(unit.dataset.unit))) put(name, value, true);
  });
  load();
}

// Chosen files are sent at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]") && event.target.files.length) event.target.form.submit();
});

// A form kept over a new log-in is sent by itself.
document.querySelector("form[data-resume]")?.submit();
