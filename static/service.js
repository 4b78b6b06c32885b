/* The telephone screen and the dispatch board: what only they need. No inline handlers, no key while a Chinese input composes. */
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  const call = document.querySelector("[data-call]");
  if (call) telephone(call);
  const board = document.querySelector("[data-board]");
  if (board) dispatch(board);

  function telephone(form) {
    const $ = (selector) => form.querySelector(selector), box = $("[data-context]"), words = $("[data-words-engineer]").dataset;
    const field = (name) => $(`select[name=${name}], textarea[name=${name}], input[name=${name}]:not([type=radio])`);
    const radio = (name) => $(`input[name=${name}]:checked`)?.value || "";
    const promise = JSON.parse(form.dataset.promise), began = Date.now();
    let told = {}, people = [], proposed = {}, shown = "";

    /* --- filling in what is known: empty entries, and those filled before; what was typed stays */
    const put = (name, value, over = false) => {
      const input = field(name);
      if (!input || value === null || value === undefined) return false;
      const now = input.value, text = Array.isArray(value) ? String(value[0]) : String(value);
      if (now && now !== proposed[name] && !over) return false;
      input.value = text;
      if (Array.isArray(value)) { const text = input.parentElement.querySelector("input[type=text]"); text.value = value[1]; text.dispatchEvent(new Event("put")); }
      proposed[name] = input.value;
      return Boolean(input.value);
    };
    const why = (name, text) => { const note = $(`[data-why=${name}]`); if (note) note.textContent = text; };

    const load = async (fresh) => {
      const customer = field("customer").value, unit = field("customer").dataset.more || field("equipment").value;
      shown = customer;
      if (!customer) return;
      const answer = await fetch(`${box.dataset.context}?customer=${customer}${unit ? `&unit=${unit}` : ""}${field("product_model").value && !fresh ? `&model=${field("product_model").value}` : ""}`);
      if (!answer.ok) return;
      box.innerHTML = await answer.text();
      const card = box.querySelector("[data-fill]");
      told = JSON.parse(card.dataset.told); people = JSON.parse(card.dataset.people);
      for (const [name, value] of Object.entries(JSON.parse(card.dataset.fill))) put(name, value, fresh && name !== "engineer");
      why("engineer", field("engineer").value && field("engineer").value === card.dataset.engineer ? card.dataset.why : "");
      contact(false);
      const chosen = $("input[name=unit]:checked");
      if (chosen) take(chosen, fresh); else model();
      if (fresh) (chosen || $("input[name=unit]") || field("contact_name")).focus();
      say();
    };
    const take = (unit, over) => {
      for (const [name, value] of Object.entries(JSON.parse(unit.dataset.unit))) put(name, value, over);
      why("in_warranty", words.wordsInferred);
      model(); say(); keep();
    };
    /* --- what the model says: frequent words, usual nature, perhaps the same call */
    const model = () => {
      const key = field("product_model").value, known = told[key] || { chips: [], nature: null }, row = $("[data-chips]");
      $$("button", row).forEach((chip) => chip.remove());
      known.chips.forEach((text, place) => { const chip = document.createElement("button"); chip.type = "button"; chip.className = "chip"; chip.textContent = text; chip.tabIndex = place ? -1 : 0; row.append(chip); });
      row.hidden = !known.chips.length;
      if (put("problem_nature", known.nature)) why("problem_nature", words.wordsRecord);
      const repeat = key && box.querySelector(`.line[data-recent][data-model="${key}"]`), note = box.querySelector("[data-repeat]");
      $$(".line", box).forEach((line) => line.classList.toggle("again", line === repeat));
      if (note) { note.dataset.plain ??= note.textContent; note.textContent = repeat ? note.dataset.repeat : key ? note.dataset.none : note.dataset.plain; note.classList.toggle("late-words", Boolean(repeat)); }
    };
    form.addEventListener("change", (event) => {
      const at = event.target;
      /* leaving the search box says “changed” once more: the same customer is not fetched again under the hands of who goes on */
      if (at.closest("[data-name=customer]") && field("customer").value === shown) return;
      if (at.closest("[data-name=customer]")) { field("equipment").value = ""; proposed.engineer ??= field("engineer").value; load(true); }
      else if (at.name === "unit") take(at, true);
      else if (at.closest("[data-name=product_model]")) load(false);
      else if (at.matches("select")) why(at.name, "");
      say(); keep();
    });
    form.addEventListener("input", () => { say(); keep(); });
    $("[data-chips]").addEventListener("click", (event) => {
      if (!event.target.matches("button")) return;
      const symptom = field("symptom"), before = symptom.value.trim();
      symptom.value = before ? `${before}；${event.target.textContent}` : event.target.textContent;
      symptom.focus(); symptom.dispatchEvent(new Event("input", { bubbles: true }));
    });

    /* --- the people one knows there: a list under the name, which brings the telephone along */
    const name = field("contact_name"), list = $("[data-known] .options");
    let at = -1;
    name.setAttribute("role", "combobox"); name.autocomplete = "off";
    const contact = (over) => { const known = people.find((person) => person.name === name.value); if (known) { put("contact_phone", known.phone, over); } why("contact_name", known?.note || ""); };
    const show = () => {
      const typed = name.value.trim(), fit = people.filter((person) => !typed || people.some((one) => one.name === typed) || person.name.includes(typed));
      list.replaceChildren(...fit.map((person) => { const item = document.createElement("li"), note = document.createElement("small"); item.textContent = person.name; note.textContent = [person.note, person.phone].filter(Boolean).join(" · "); item.dataset.name = person.name; item.setAttribute("role", "option"); item.append(note); return item; }));
      at = fit.findIndex((person) => person.name === typed); mark();
      list.hidden = fit.length < 2 && at === 0 || !fit.length;
    };
    const mark = () => $$("li", list).forEach((item, place) => item.classList.toggle("chosen", place === at));
    const choose = (item) => { name.value = item.dataset.name; list.hidden = true; contact(true); say(); keep(); };
    name.addEventListener("focus", () => { name.select(); show(); });
    name.addEventListener("input", () => { show(); contact(true); });
    name.addEventListener("blur", () => setTimeout(() => { list.hidden = true; }, 120));
    list.addEventListener("mousedown", (event) => { const item = event.target.closest("li"); if (item) { event.preventDefault(); choose(item); } });

    /* --- keys: Enter is the next entry, digits choose, ← → walk along the chips */
    const next = (from) => {
      const stops = $$("input:not([type=hidden], [type=radio]), select, textarea, input[type=radio]", form)
        .filter((stop) => stop.offsetParent && (stop.type !== "radio" || stop.checked || !$(`input[name=${stop.name}]:checked`)));
      const place = stops.findIndex((stop) => stop === from || (from.type === "radio" && stop.name === from.name));
      const rest = stops.slice(place + 1).find((stop) => from.type !== "radio" || stop.name !== from.name);
      (from.name === "unit" ? name : rest || $("button.primary"))?.focus();
    };
    form.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target;
      if (target === name && !list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        const items = $$("li", list); at = (at + (event.key === "ArrowDown" ? 1 : items.length - 1) + items.length) % items.length; mark(); event.preventDefault();
      } else if (event.key === "Enter" && !event.shiftKey && target.matches("input, select, textarea")) {  /* Shift Enter: a new line */
        event.preventDefault();
        if (target === name && !list.hidden && at >= 0) choose($$("li", list)[at]);
        if (target.name === "unit" && !target.checked) { target.checked = true; take(target, true); }
        next(target);
      } else if (target.closest("[data-chips]") && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
        const chips = $$("[data-chips] button", form), to = chips[chips.indexOf(target) + (event.key === "ArrowRight" ? 1 : -1)];
        if (to) { chips.forEach((chip) => { chip.tabIndex = chip === to ? 0 : -1; }); to.focus(); } event.preventDefault();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key) || typing(event.target) || document.querySelector("dialog[open]")) return;
      const group = event.target.closest("[data-name=fault_level]") || $("[data-name=request_type]");
      const option = $$("input[type=radio]", group)[event.key - 1];
      if (!option) return;
      option.checked = true; option.dispatchEvent(new Event("change", { bubbles: true })); event.preventDefault();
      option.focus(); next(option);
    });

    /* --- the sentence for the caller */
    const fill = (slot, text) => $$(`[data-say=${slot}]`, form).forEach((gap) => { if (text) gap.textContent = text; });
    const say = () => {
      const engineer = field("engineer"), reported = new Date(field("reported_at").value || Date.now());
      reported.setMinutes(reported.getMinutes() + (radio("fault_level") === "1" ? promise.one : promise.all));
      const back = promise.types.includes(radio("request_type"));
      $("[data-with-time]").hidden = !back; $("[data-without-time]").hidden = back;
      $$("[data-repair]", form).forEach((star) => { star.hidden = !["repair", "return_repair"].includes(radio("request_type")); });
      fill("contact", name.value.trim());
      fill("engineer", engineer.value ? words.wordsEngineer.replace("§", engineer.selectedOptions[0].textContent.split(" · ")[0]) : words.wordsEngineer.replace("§", "").trim());
      fill("time", words.wordsClock.replace("§", reported.getHours()).replace("¤", String(reported.getMinutes()).padStart(2, "0")));
    };
    const took = $("[data-took]");
    setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000), minutes = Math.floor(seconds / 60);
      took.textContent = took.dataset.took.replace("§", minutes ? words.wordsMinutes.replace("§", minutes).replace("¤", seconds % 60) : words.wordsSeconds.replace("§", seconds));
    }, 1000);

    /* --- nothing typed is lost: kept in this tab until it was registered (app.js forgets it on the page that follows) */
    let timer;
    const hidden = ["csrf_token", "form_key", "seen", "lock_version", "unit"];
    const keep = () => { clearTimeout(timer); timer = setTimeout(save, 400); };
    const save = () => {
      timer = undefined;
      const values = Object.fromEntries([...new FormData(form)].filter(([key, value]) => value && !hidden.includes(key)));
      for (const lookup of $$("[data-lookup]", form)) if (lookup.querySelector("[type=hidden]").value) values[`§${lookup.querySelector("[type=hidden]").name}`] = lookup.querySelector("[type=text]").value;
      if (!values.customer && !values.symptom && !values.contact_phone) return;
      const at = new Date().toTimeString().slice(0, 5), note = $("[data-saved]");
      sessionStorage.setItem("call", JSON.stringify({ where: location.pathname, at, values }));
      note.textContent = note.dataset.saved.replace("§", at);
    };
    let sent = false;
    form.addEventListener("submit", () => { sent = true; });
    addEventListener("pagehide", () => { if (timer && !sent) { clearTimeout(timer); save(); } });
    const restore = () => {
      const kept = JSON.parse(sessionStorage.getItem("call") || "null"), banner = $("[data-kept]");
      if (!kept || kept.where !== location.pathname || document.getElementById("errors") || field("customer").value) return;
      for (const [key, value] of Object.entries(kept.values)) {
        if (key.startsWith("§")) continue;
        const option = $(`input[type=radio][name=${key}][value="${CSS.escape(value)}"]`);
        if (option) option.checked = true; else if (kept.values[`§${key}`]) put(key, [value, kept.values[`§${key}`]], true); else if (field(key)) field(key).value = value;
      }
      proposed = {};
      banner.querySelector("span").textContent = banner.querySelector("span").dataset.words.replace("§", kept.at);
      banner.querySelector("button").addEventListener("click", () => { sessionStorage.removeItem("call"); form.removeAttribute("data-guard"); location.replace(location.pathname); });
      banner.hidden = false;
    };
    restore(); say();
    load(!field("equipment").value && !document.getElementById("errors") && Boolean(field("customer").value));
  }

  /* --- the board: a job, an engineer, Enter */
  function dispatch(page) {
    const $ = (selector) => page.querySelector(selector), form = $(".board-form"), words = $(".say-send");
    if (!words) return;
    const from = Date.parse(page.dataset.from), to = Date.parse(page.dataset.to), book = $("[data-book]"), when = $(".when");
    const job = () => $("input[name=job]:checked"), engineer = () => $("input[name=engineer]:checked");
    const [start, end] = [$("[name=start_at]"), $("[name=end_at]")];
    const ghost = document.createElement("span");
    ghost.className = "visit-block ghost"; ghost.innerHTML = "<b></b><small></small>";
    const draw = () => {
      const chosen = job(), person = engineer();
      words.textContent = chosen && person ? words.dataset.words.replace("§", chosen.dataset.customer).replace("¤", person.parentElement.querySelector("b").textContent) : words.dataset.none;
      when.hidden = !book.checked; start.disabled = end.disabled = !book.checked;
      const begin = book.checked && start.value || chosen?.dataset.start, finish = book.checked && end.value || chosen?.dataset.end;
      ghost.remove();
      if (!chosen || !person || !begin || !finish || (!book.checked && person.value !== chosen.dataset.engineer)) return;
      const left = (Date.parse(begin) - from) / (to - from) * 100, width = (Date.parse(finish) - Date.parse(begin)) / (to - from) * 100;
      if (left < 0 || left + width > 101) return;
      ghost.style.left = `${left}%`; ghost.style.width = `${width}%`;
      ghost.querySelector("b").textContent = chosen.dataset.customer; ghost.querySelector("small").textContent = `${begin.slice(11)}–${finish.slice(11)}`;
      page.querySelector(`[data-track="${person.value}"]`)?.append(ghost);
    };
    const suggest = () => { const chosen = job(), person = chosen && page.querySelector(`input[name=engineer][value="${chosen.dataset.engineer}"]`); if (person) person.checked = true; if (book.checked && chosen) { start.value = chosen.dataset.start; end.value = chosen.dataset.end; } };
    form.addEventListener("change", (event) => {
      if (event.target.name === "job") { suggest(); event.target.closest(".job-card").scrollIntoView({ block: "nearest" }); }
      if (event.target === book && book.checked && !start.value && job()) { start.value = job().dataset.start; end.value = job().dataset.end; }
      draw();
    });
    form.addEventListener("submit", () => setTimeout(() => $$("button", form).forEach((button) => { button.disabled = true; }), 0));
    document.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || document.querySelector("dialog[open]")) return;
      const radio = event.target.matches("input[type=radio]");
      if (radio && (event.key === "ArrowLeft" || event.key === "ArrowRight")) event.preventDefault();
      else if (!radio && (event.key === "ArrowDown" || event.key === "ArrowUp")) { (job() || $("input[name=job]"))?.focus(); event.preventDefault(); }
      else if (event.key.toLowerCase() === "p") { (engineer() || $("input[name=engineer]"))?.focus(); event.preventDefault(); }
      else if (event.key === "Escape" && event.target.name === "engineer") job()?.focus();
    });
    if (!engineer()) suggest();
    draw();
    if (!document.getElementById("errors")) (location.search.includes("job=") ? engineer() : job())?.focus({ preventScroll: true });
  }
})();
