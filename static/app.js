/* The small behaviour of every page: keys, remote selects, unsaved work, taken values. No inline handlers anywhere. */
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const name = (event.ctrlKey ? "ctrl+" : "") + event.key.toLowerCase();
    if (!event.ctrlKey && !/^f\d+$/.test(name) && typing(event.target)) return;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("input")) { target.focus(); target.select(); } else { target.click(); }
  });

  /* the navigation folded or not, kept in a cookie so that the next page comes as it was left */
  document.querySelector("[data-side]")?.addEventListener("click", () => {
    const closed = document.body.classList.toggle("side-closed");
    document.cookie = `side=${closed ? "closed" : "open"}; path=/; max-age=31536000; samesite=lax`;
  });
  /* menus are <details>: one open at a time, closed by Escape or a click elsewhere */
  const menus = (but) => $$("details.menu[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  document.addEventListener("click", (event) => menus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) menus(null); });
  for (const opener of $$("[data-dialog]")) opener.addEventListener("click", () => document.getElementById(opener.dataset.dialog).showModal());

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const open = document.body.classList.toggle(`${toggle.dataset.toggle}-open`);
      toggle.setAttribute("aria-expanded", String(open));
      return;
    }
    const row = event.target.closest("tr[data-href], .todo-row[data-href]");
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
    if (event.target === document.body || event.target.closest(".stage > main")) document.body.classList.remove("side-open");
  });

  /* lists by keyboard: ↑ ↓ choose, Enter opens, and the rows picked for an export */
  for (const body of $$("[data-rows]")) {
    const rows = () => $$("[data-href]", body);
    const go = (step) => {
      const all = rows(), at = all.findIndex((row) => row.classList.contains("focused"));
      const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
      all.forEach((row) => row.classList.toggle("focused", row === next));
      next?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { go(event.key === "ArrowDown" ? 1 : -1); event.preventDefault(); }
      else if (event.key === "Enter" && event.target === document.body) { const row = body.querySelector(".focused"); if (row) location.href = row.dataset.href; }
      else if (event.key === "Escape") rows().forEach((row) => row.classList.remove("focused"));
    });
  }
  /* the quick entry without words is only a way to the form */
  document.querySelector(".quick")?.addEventListener("submit", (event) => {
    if (event.target.words.value.trim()) return;
    event.preventDefault(); location.href = event.target.getAttribute("action");
  });
  /* the box of the top bar shows the first hits while one types */
  const find = document.querySelector(".find");
  if (find) {
    const box = find.querySelector("input"), list = document.createElement("div");
    list.className = "options hits-list"; list.hidden = true; find.append(list);
    let timer, turn = 0, at = -1;
    const mark = () => $$("a", list).forEach((hit, place) => hit.classList.toggle("chosen", place === at));
    box.addEventListener("input", () => {
      clearTimeout(timer); const mine = ++turn;
      if (!box.value.trim()) { list.hidden = true; return; }
      timer = setTimeout(async () => {
        const answer = await fetch(`${find.getAttribute("action")}?part=list&q=${encodeURIComponent(box.value)}`);
        if (!answer.ok || mine !== turn) return;
        list.innerHTML = await answer.text(); list.hidden = false; at = -1;
      }, 200);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      const hits = $$("a", list);
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { at = Math.max(-1, Math.min(hits.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))); mark(); event.preventDefault(); }
      else if (event.key === "Enter" && at >= 0) { location.href = hits[at].href; event.preventDefault(); }
      else if (event.key === "Escape") list.hidden = true;
    });
    document.addEventListener("click", (event) => { if (!find.contains(event.target)) list.hidden = true; });
  }

  /* Esc leads from a file or a clean form back to the list it stands in */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || typing(event.target) || document.querySelector("dialog[open], details.menu[open], .changed")) return;
    const back = document.querySelector(".file-head, form.form") && $$(".crumbs a").pop();
    if (back) location.href = back.href;
  });
  const bulk = document.querySelector(".bulk");
  if (bulk) {
    const picks = $$("[data-pick]"), all = document.querySelector("[data-all]"), words = bulk.querySelector("[data-chosen]");
    const show = () => {
      const chosen = picks.filter((pick) => pick.checked);
      picks.forEach((pick) => pick.closest("tr").classList.toggle("chosen", pick.checked));
      bulk.hidden = !chosen.length;
      all.checked = chosen.length === picks.length; all.indeterminate = chosen.length > 0 && !all.checked;
      words.textContent = words.dataset.chosen.replace("§", chosen.length);
      for (const act of $$("[data-bulk]", bulk)) act.href = `${act.dataset.bulk}?ids=${chosen.map((pick) => pick.value).join(",")}`;
    };
    const set = (on) => { picks.forEach((pick) => { pick.checked = on; }); show(); };
    picks.forEach((pick) => pick.addEventListener("change", show));
    all.addEventListener("change", () => set(all.checked));
    bulk.querySelector("[data-none]").addEventListener("click", () => set(false));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) set(false); });
    show();
  }

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
    let timer, chosen = -1, shown = input.value, wanted = 0, pending = false, hurry = false;
    const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); };
    const take = (item) => { hidden.value = item.dataset.id; hidden.dataset.more = item.dataset.more; shown = input.value = item.dataset.text; close(); input.dispatchEvent(new Event("change", { bubbles: true })); };
    const mark = () => $$("li[data-id]", list).forEach((item, place) => item.classList.toggle("chosen", place === chosen));
    const ask = async () => {
      const turn = ++wanted;
      const answer = await fetch(`${box.dataset.lookup}?q=${encodeURIComponent(input.value === shown ? "" : input.value)}${of(box)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== wanted) return;
      pending = false;
      list.replaceChildren(...(await answer.json()).map((row) => {
        const item = document.createElement("li");
        item.textContent = item.dataset.text = row.text; item.dataset.id = row.id; item.dataset.more = row.more || ""; item.setAttribute("role", "option");
        if (row.hint) { const note = document.createElement("small"); note.textContent = row.hint; item.append(note); }
        return item;
      }));
      if (!list.children.length && box.dataset.none && input.value) { const none = document.createElement("li"); none.className = "none"; none.textContent = box.dataset.none; list.append(none); }
      list.hidden = !list.children.length; input.setAttribute("aria-expanded", String(!list.hidden)); chosen = $$("li[data-id]", list).length && input.value !== shown ? 0 : -1; mark();
      if (hurry && $$("li[data-id]", list).length === 1) take(list.children[0]);
      hurry = false;
    };
    input.addEventListener("put", () => { shown = input.value; });
    input.addEventListener("focus", () => { input.select(); ask(); });
    input.addEventListener("input", () => { clearTimeout(timer); pending = true; if (!input.value) { hidden.value = ""; shown = ""; } timer = setTimeout(ask, 180); });
    input.addEventListener("blur", () => setTimeout(() => { if (input.value && input.value !== shown) input.value = hidden.value ? shown : ""; close(); }, 150));
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && pending && input.value) { hurry = true; event.preventDefault(); return; }  /* typed faster than found */
      if (list.hidden) return;
      const items = $$("li[data-id]", list);
      if (!items.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { chosen = (chosen + (event.key === "ArrowDown" ? 1 : items.length - 1) + items.length) % items.length; mark(); event.preventDefault(); }
      else if (event.key === "Enter" && chosen >= 0) { take(items[chosen]); event.preventDefault(); }
      else if (event.key === "Escape") { close(); event.stopPropagation(); }
    });
    list.addEventListener("mousedown", (event) => { const item = event.target.closest("li[data-id]"); if (item) { event.preventDefault(); take(item); } });
  }

  /* unsaved work */
  for (const form of $$("form[data-guard]")) {
    let dirty = false;
    const state = form.querySelector("[data-unsaved]");
    const was = (input) => input.type === "checkbox" ? String(input.defaultChecked) : input.matches("select") ? ([...input.options].find((option) => option.defaultSelected) || input.options[0] || {}).value || "" : input.defaultValue;
    const is = (input) => input.type === "checkbox" ? String(input.checked) : input.value;
    const mark = () => {  /* a changed field carries a blue bar and says what it was; the foot counts them */
      let count = 0;
      for (const field of $$(".field[data-name]", form)) {
        const inputs = $$("input:not([type=hidden]), select, textarea", field), changed = inputs.some((input) => is(input) !== was(input));
        field.classList.toggle("changed", changed); count += changed;
        const note = field.querySelector(".was"), first = inputs[0];
        if (changed && note && first.type !== "checkbox" && was(first)) note.textContent = note.dataset.was.replace("§", first.matches("select") ? [...first.options].find((option) => option.value === was(first))?.text || "" : was(first).slice(0, 40));
        else if (note) note.textContent = "";
      }
      if (state && (count || !state.querySelector("b"))) state.textContent = state.dataset.unsaved.replace("§", count || 1);
    };
    form.addEventListener("input", () => { dirty = true; mark(); });
    form.addEventListener("change", () => { dirty = true; mark(); });
    form.addEventListener("submit", () => { dirty = false; $$("button", form).forEach((button) => setTimeout(() => { button.disabled = true; }, 0)); });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
    addEventListener("pageshow", () => $$("button", form).forEach((button) => { button.disabled = false; }));
  }
  /* the section in hand is marked in the index */
  const index = document.querySelector(".index");
  if (index) {
    const inSight = new Set();
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) inSight.add(`#${entry.target.id}`); else inSight.delete(`#${entry.target.id}`);
      const first = $$("a", index).find((link) => inSight.has(link.hash));
      if (first) $$("a", index).forEach((link) => link.classList.toggle("here", link === first));
    }, { rootMargin: "-80px 0px -50% 0px" });
    for (const section of $$("fieldset[id^=section-]")) seen.observe(section);
  }
  /* the log-in sheet: remembers the user name if told so, warns of caps lock, shows the password while wanted */
  const sheet = document.querySelector("[data-sign-in]");
  if (sheet) {
    const name = sheet.querySelector("[name=username]"), box = sheet.querySelector("[data-remember]"), secret = sheet.querySelector("[type=password]");
    const kept = localStorage.getItem("username");
    if (kept) { box.checked = true; if (!name.value) { name.value = kept; secret.focus(); } }
    sheet.addEventListener("submit", () => { if (box.checked) localStorage.setItem("username", name.value); else localStorage.removeItem("username"); });
    secret.addEventListener("keyup", (event) => { sheet.querySelector(".caps").hidden = !event.getModifierState?.("CapsLock"); });
    sheet.querySelector("[data-peek]").addEventListener("click", () => { secret.type = secret.type === "password" ? "text" : "password"; secret.focus(); });
  }
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();

// A call that led to a page of its request is no longer kept (static/service.js).
if (/^\/service-requests\/(show\/)?\d+/.test(location.pathname) || location.pathname === "/dispatch/") sessionStorage.removeItem("call");

// What begins something is sent once, however often it is clicked.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-once]")) setTimeout(() => { for (const button of event.target.querySelectorAll("button")) button.disabled = true; }, 0);
});
addEventListener("pageshow", () => { for (const button of document.querySelectorAll("[data-once] button")) button.disabled = false; });

// Chosen files are sent at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]") && event.target.files.length) event.target.form.submit();
});

// A form kept over a new log-in is sent by itself.
document.querySelector("form[data-resume]")?.submit();

// Long work: look again each second until it is done, then show the page anew.
const errand = document.querySelector("[data-errand]");
if (errand) {
  const said = errand.querySelector("[data-said]"), bar = errand.querySelector("progress"), words = said.textContent;
  const look = async () => {
    const state = await fetch(errand.dataset.errand).then((answer) => answer.json()).catch(() => null);
    if (state && state.finished) { location.reload(); return; }
    if (state) { bar.value = state.done; bar.max = state.total || 1; said.textContent = words.replace(/\d+/, state.done); }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
