// The room: what was pressed or typed is posted, and what comes back over the stream is shown.
import { closePage, showNotice, showPage } from "./form.js";

const PATIENCE = 20000;
const { base, csrf, lost, back, heard } = document.body.dataset;
const room = document.querySelector(".room");
const log = document.getElementById("log");
const scroller = document.querySelector(".scroll");
const composer = document.querySelector(".composer");
const box = document.getElementById("say");
const toast = document.getElementById("toast");

export const minted = () => `web:${crypto.randomUUID().replaceAll("-", "")}`;

/** Posts a form; `null` when there is no connection. The same event may be posted again and is then the same. */
export async function post(address, data, { quietly = false } = {}) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    return await fetch(address, { method: "POST", body: data, headers: { "x-csrf": csrf }, signal });
  } catch {
    if (!quietly && !showNotice(lost)) say(lost); // behind an open window nobody would see it
    return null;
  }
}

/** A button cannot be pressed again while what it sends is on its way, and says so; gives what undoes that. */
export function sending(button, words) {
  const before = [...button.childNodes];
  const focused = document.activeElement === button;
  button.disabled = true;
  button.ariaBusy = "true";
  button.replaceChildren(words);
  return () => {
    button.disabled = false;
    button.ariaBusy = null;
    button.replaceChildren(...before);
    if (focused && document.activeElement === document.body) button.focus();
  };
}

/** Shows what came back where the person is looking; true when the event is dealt with. */
export async function shown(response, look = null) {
  if (!response) return false;
  const text = await response.text();
  const html = response.headers.get("content-type")?.startsWith("text/html");
  if (html) showPage(text);
  else if (response.status === 204) look?.isConnected ? refreshLook() : closePage();
  else if (!response.ok && !showNotice(text)) say(text);
  const said = response.headers.get("x-said");
  if (said) heardElsewhere(decodeURIComponent(said));
  if (response.status === 409) refreshCards(); // what stands in the chat may be over
  return response.ok || response.status === 409 || response.status === 422;
}

/** What the bot has said in its own chat, for whoever is looking at another. */
function heardElsewhere(text) {
  if (room.dataset.show === "everyone") say(heard.replace("{text}", () => text));
}

export function say(text) {
  toast.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (toast.textContent = ""), 9000);
}

document.addEventListener("click", async (event) => {
  const pressed = event.target.closest("[data-post]");
  if (!pressed || pressed.ariaDisabled === "true") return;
  pressed.ariaDisabled = "true";
  const fields = JSON.parse(pressed.dataset.fields);
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  if (await shown(await post(pressed.dataset.post, data), pressed.closest("[data-live]"))) {
    pressed.dataset.fields = JSON.stringify({ ...fields, event: minted() });
  }
  pressed.ariaDisabled = "false";
});

// A closer look changes nothing, so it is asked for and needs no event.
document.addEventListener("click", async (event) => {
  const pressed = event.target.closest("[data-look]");
  if (!pressed || pressed.ariaDisabled === "true") return;
  pressed.ariaDisabled = "true";
  try {
    await shown(await fetch(pressed.dataset.look));
  } catch {
    say(lost);
  }
  pressed.ariaDisabled = "false";
});

composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!box.value.trim() || composer.dataset.busy) return;
  composer.dataset.busy = "yes";
  const button = composer.querySelector(".send");
  const sent = sending(button, "…");
  button.title = button.ariaLabel = composer.dataset.sending;
  const everyone = room.dataset.show === "everyone";
  const done = await shown(await post(everyone ? composer.dataset.everyone : composer.action, new FormData(composer)));
  delete composer.dataset.busy;
  sent();
  button.title = button.ariaLabel = composer.dataset.send;
  if (!done) return;
  composer.elements.event.value = minted();
  box.value = "";
  grow();
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  composer.requestSubmit();
});

function grow() {
  box.rows = Math.min(8, box.value.split("\n").length);
}
box.addEventListener("input", grow);

// Where one is: the bot, everyone, or (on a narrow screen) the desk.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-go]");
  if (tab) go(tab.dataset.go);
});

export function go(place) {
  if (room.dataset.show === place) return;
  room.dataset.show = place;
  for (const each of document.querySelectorAll("[data-go]")) {
    if (each.dataset.go === place) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  document.querySelector(`[data-go=${place}] .dot`).hidden = true;
  if (place !== "desk") {
    box.placeholder = box.dataset[place];
    separate();
    toEnd();
  }
}

/** A line with the day between lines of different days; and only the last question still has its choices. */
function separate() {
  for (const old of log.querySelectorAll(".day")) old.remove();
  let day = "";
  const lines = [...log.querySelectorAll(`.line[data-room="${room.dataset.show === "everyone" ? "everyone" : "bot"}"]`)];
  for (const line of lines) {
    if (line.dataset.day === day) continue;
    day = line.dataset.day;
    const mark = document.createElement("li");
    mark.className = "day";
    mark.dataset.room = line.dataset.room;
    mark.textContent = day;
    line.before(mark);
  }
  const questions = log.querySelectorAll(".line.question");
  const last = [...log.querySelectorAll('.line[data-room="bot"]')].at(-1);
  for (const each of questions) each.classList.toggle("past", each !== last);
}

// Announcements count as read once they were on the screen, in a window that is looked at.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting || document.hidden) continue;
    seen.unobserve(target);
    const data = new FormData();
    data.append("line", target.dataset.id);
    post(target.dataset.read, data);
  }
});
const watch = (root) => root.querySelectorAll("[data-read]").forEach((line) => seen.observe(line));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  seen.disconnect();
  watch(log);
});

const stream = new EventSource(`${base}/stream?after=${document.body.dataset.last}`);
let cut = false;

stream.addEventListener("line", (event) => {
  if (document.getElementById(`line-${event.lastEventId}`)) return;
  log.insertAdjacentHTML("beforeend", event.data);
  const line = log.lastElementChild;
  if (line.classList.contains("own")) document.querySelector(".welcome").hidden = true;
  if (line.dataset.room !== room.dataset.show) document.querySelector(`[data-go=${line.dataset.room}] .dot`).hidden = false;
  separate();
  if (line.dataset.read) seen.observe(line);
  if (line.classList.contains("own")) toEnd();
  if (line.classList.contains("said")) heardElsewhere(line.querySelector(".text").textContent);
});

stream.addEventListener("desk", () => {
  refresh(document.getElementById("desk"), `${base}/desk`);
  refreshCards();
  refreshLook();
});
stream.addEventListener("error", () => (cut = true));
stream.addEventListener("open", () => {
  if (cut) say(back);
  cut = false;
});
addEventListener("pagehide", () => stream.close());

/** What a control says and does: when it is drawn anew it is the same but for its event, which is another each time. */
function likeness({ textContent, dataset }) {
  const { event, ...fields } = JSON.parse(dataset.fields ?? "{}");
  return JSON.stringify([textContent, dataset.look, dataset.post, fields]);
}

/** The control that took another's place when a part of the page was drawn anew, if there is one. */
export function inPlaceOf(control, root) {
  return control && [...root.querySelectorAll("button, summary")].find((each) => likeness(each) === likeness(control));
}

/** Asks for a part anew. What had the focus there gets it back, or else what stands first in its place. */
async function refresh(part, address, whole = false) {
  try {
    const response = await fetch(address);
    if (!response.ok) return;
    const language = response.headers.get("content-language");
    const busy = box.value || document.querySelector("dialog[open]");
    if (language && language !== document.documentElement.lang && !busy) return location.reload(); // chosen a moment ago
    const fresh = document.createElement("template");
    fresh.innerHTML = await response.text();
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    let now = part;
    if (whole) part.replaceWith((now = fresh.content.firstElementChild));
    else part.replaceChildren(fresh.content);
    if (focused) (inPlaceOf(focused, now) ?? now.querySelector("button, summary"))?.focus();
    return now;
  } catch {
    // the stream says when there is a connection again, and then everything is asked for anew
  }
}

export function refreshCards() {
  for (const card of log.querySelectorAll("[data-card]")) refresh(card, card.dataset.card, true);
}

/** A closer look that is open shows what is so by now; what was unfolded in it stays so, and nothing moves. */
async function refreshLook() {
  const look = document.querySelector("[data-live]");
  if (!look) return;
  const unfolded = [...look.querySelectorAll("details[open]")].map((each) => each.dataset.list);
  const { scrollTop } = look.querySelector(".page-body");
  const fresh = await refresh(look, look.dataset.live, true);
  for (const each of fresh?.querySelectorAll("details") ?? []) each.open = unfolded.includes(each.dataset.list);
  if (fresh) fresh.querySelector(".page-body").scrollTop = scrollTop;
}

document.querySelector("[data-earlier]")?.addEventListener("click", async (event) => {
  const first = log.querySelector(".line");
  const response = await fetch(`${base}/earlier?before=${first.dataset.id}`).catch(() => null);
  if (!response?.ok) return;
  const height = scroller.scrollHeight;
  const html = await response.text();
  log.insertAdjacentHTML("afterbegin", html);
  if (!html) event.target.remove();
  separate();
  scroller.scrollTop += scroller.scrollHeight - height;
});

// Who reads the newest line keeps seeing the newest line, whatever grows: lines, cards, fonts that arrive late.
// Only who moves up leaves the end: an event of scrolling may come when a reply has made the log longer already.
let atEnd = true;
let top = 0;
function toEnd() {
  atEnd = true;
  scroller.scrollTop = scroller.scrollHeight;
  top = scroller.scrollTop;
}
scroller.addEventListener("scroll", () => {
  const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  atEnd = near || (atEnd && scroller.scrollTop >= top);
  top = scroller.scrollTop;
});
const grown = new ResizeObserver(() => atEnd && toEnd());
grown.observe(log);
grown.observe(scroller);

separate();
watch(log);
toEnd();
