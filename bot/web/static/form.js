// Pages: the form in its window, kept while it is typed, with the characters that are left.
import { inPlaceOf, post, refreshCards, sending, shown } from "./room.js";

const dialog = document.getElementById("page");
const PATIENCE = 700;
const AGAIN = 3000;
let opener = null;
let region = document;
let keeping = 0;
let kept = Promise.resolve();
let unreached = false; // what was typed last is not kept

export function showPage(html) {
  if (!dialog.open) {
    opener = document.activeElement;
    region = opener.closest("#desk, #log") ?? document;
  }
  clearTimeout(keeping);
  keeping = 0;
  unreached = false;
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  else dialog.querySelector("[autofocus]")?.focus();
  dialog.querySelectorAll("[data-most]").forEach(count);
  addUp();
}

/** A sentence at the head of the open form; false when none is open. */
export function showNotice(text) {
  if (!dialog.open) return false;
  const alert = dialog.querySelector("[role=alert]");
  const body = dialog.querySelector(".page-body");
  if (!alert || !body) return false;
  alert.textContent = text;
  body.scrollTop = 0;
  return true;
}

export function closePage() {
  if (dialog.open) dialog.close();
}

dialog.addEventListener("close", () => {
  clearTimeout(keeping);
  keeping = 0;
  dialog.replaceChildren();
  const now = opener?.isConnected ? opener : inPlaceOf(opener, region);
  (now ?? document.getElementById("say")).focus();
  kept.then(refreshCards);
});

dialog.addEventListener("cancel", leave);

// Discarding comes first, so that nothing typed a moment ago is kept after it.
dialog.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest("[data-discards]")) return;
    clearTimeout(keeping);
    keeping = 0;
  },
  true,
);

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  leave();
  closePage();
});

// What need not be chosen can be left unchosen again.
dialog.addEventListener("click", (event) => {
  const unset = event.target.closest("[data-unset]");
  if (!unset) return;
  const group = unset.closest("fieldset");
  const chosen = group.querySelector("input:checked");
  if (!chosen) return;
  chosen.checked = false;
  chosen.focus();
  chosen.dispatchEvent(new Event("input", { bubbles: true }));
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  clearTimeout(keeping);
  keeping = 0;
  const button = form.querySelector("[type=submit]");
  const sent = sending(button, form.dataset.sending);
  const response = await post(form.action, new FormData(form), { quietly: true });
  if (!response) unkept(form);
  await shown(response);
  delete form.dataset.busy;
  if (!form.isConnected) return;
  sent();
  if (response?.ok === false || !response) dialog.querySelector("[role=alert]")?.focus();
});

dialog.addEventListener("input", (event) => {
  count(event.target);
  addUp();
  clearTimeout(keeping);
  if (unreached || !navigator.onLine) unkept(dialog.querySelector("form[data-draft]"));
  keeping = setTimeout(() => (kept = keep()), PATIENCE);
});

// The window of the browser goes: what was typed a moment ago is sent along with its last breath.
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.hidden && flush());

function flush() {
  const form = dialog.querySelector("form[data-draft]");
  if (!keeping || !form || form.dataset.busy) return;
  clearTimeout(keeping);
  keeping = 0;
  if (!navigator.sendBeacon(form.dataset.draft, new FormData(form))) kept = keep();
}

/** Says in the form that its latest words are here and nowhere else, and tries again for as long as it is open. */
function unkept(form) {
  if (!form) return;
  unreached = true;
  form.querySelector("[data-kept]").textContent = "";
  const alert = form.querySelector("[role=alert]");
  if (alert.textContent !== form.dataset.unkept) showNotice(form.dataset.unkept);
  clearTimeout(keeping);
  keeping = setTimeout(() => (kept = keep()), AGAIN);
}

function reached(form) {
  if (unreached) form.querySelector("[role=alert]").textContent = "";
  unreached = false;
}

/** The window closes: what was typed a moment ago is kept as well. */
function leave() {
  if (keeping) kept = keep();
}

async function keep() {
  clearTimeout(keeping);
  keeping = 0;
  const form = dialog.querySelector("form[data-draft]");
  if (!form || form.dataset.busy) return;
  const response = await post(form.dataset.draft, new FormData(form), { quietly: true });
  if (!form.isConnected) return;
  if (!response) return unkept(form);
  const text = await response.text();
  reached(form);
  if (response.ok) form.querySelector("[data-discards]")?.removeAttribute("hidden");
  if (!response.ok) showNotice(text);
  else if (form.querySelector("[data-kept]").textContent !== text) form.querySelector("[data-kept]").textContent = text;
}

function count(box) {
  const most = Number(box.dataset?.most);
  const place = most && dialog.querySelector(`[data-left-of="${CSS.escape(box.id)}"]`);
  if (!place) return;
  const left = most - box.value.length;
  const few = left < Math.max(20, most / 10);
  place.textContent = few ? `${Math.abs(left)} ${left < 0 ? place.dataset.over : place.dataset.left}` : "";
  place.classList.toggle("warn", left < 0);
}

/** Says what the amounts of a form add up to so far; nothing while one of them is no plain number. */
function addUp() {
  const place = dialog.querySelector("[data-sum-of]");
  if (!place) return;
  const boxes = dialog.querySelectorAll(`input[name^="${CSS.escape(place.dataset.sumOf)}"]`);
  const sum = [...boxes].reduce((before, box) => before + amount(box.value), 0);
  place.textContent = Number.isNaN(sum) ? "" : place.dataset.says.replace("{sum}", sum);
  place.classList.toggle("warn", sum !== Number(place.dataset.to));
}

function amount(text) {
  return Number(text.normalize("NFKC").replace("%", "").replace(",", ".").trim());
}
