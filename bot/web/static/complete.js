// Completing: commands after a slash and colleagues after an @, in a list that arrows and Enter choose from.
const { base, found } = document.body.dataset;
const commands = [...document.querySelectorAll("#commands li")].map(({ dataset: { name, also, usage, about } }) => ({
  value: `/${name} `,
  known: [`/${name} `, `/${also} `], // the English name is completed as well
  name: `/${name}`,
  about,
  example: usage === `/${name}` ? "" : usage,
}));
const status = document.getElementById("found");
let list = null;
let field = null;
let shown = [];
let chosen = 0;
let asked = 0;

/** The part of the text before the caret that is being completed, and where it begins. */
function part(box) {
  const before = box.value.slice(0, box.selectionStart);
  if (box.dataset.complete.includes("commands") && /^[/／、]\S*$/.test(before)) return { kind: "commands", text: before, at: 0 };
  const whole = box.dataset.complete === "people";
  const match = whole ? before.match(/(?:^|[,，、;；])\s*([^,，、;；]*)$/) : before.match(/(?:^|[^A-Za-z0-9_.])(@[^\s@]*)$/);
  return match ? { kind: "people", text: match[1], at: before.length - match[1].length } : null;
}

async function choices(wanted) {
  if (wanted.kind === "commands") {
    const begun = slashed(wanted.text);
    return commands.filter(({ known }) => known.some((name) => name.startsWith(begun) || name.trim() === begun));
  }
  if (wanted.text.replace("@", "").length < 1) return [];
  const response = await fetch(`${base}/people?q=${encodeURIComponent(wanted.text)}`).catch(() => null);
  return response?.ok ? response.json() : [];
}

async function suggest(box) {
  const wanted = part(box);
  const mine = ++asked;
  const some = wanted ? await choices(wanted) : [];
  if (mine !== asked) return; // something more was typed in the meantime
  if (!some.length) return hide();
  field = box;
  list = listFor(box);
  shown = some;
  list.replaceChildren(...some.map(option));
  list.hidden = false;
  if (box.role === "combobox") box.ariaExpanded = "true";
  choose(0);
  status.textContent = found.replace("{count}", some.length);
}

function listFor(box) {
  if (box.id === "say") return document.getElementById("suggestions");
  let own = box.parentElement.querySelector(".suggestions");
  if (!own) {
    own = document.createElement("ul");
    own.className = "suggestions";
    own.role = "listbox";
    own.id = `${box.id}-suggestions`;
    own.ariaLabel = document.getElementById("suggestions").ariaLabel;
    box.after(own);
    box.role = "combobox";
    box.ariaAutoComplete = "list";
    box.setAttribute("aria-controls", own.id);
  }
  return own;
}

function option({ name, value, about, example }, number) {
  const item = document.createElement("li");
  item.id = `${list.id}-${number}`;
  item.role = "option";
  for (const [tag, text] of [["strong", name], ["span", example === undefined ? `${value} ${about}` : about], ["small", example]]) {
    if (!text) continue;
    item.appendChild(document.createElement(tag)).textContent = text;
    item.append(" ");
  }
  item.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    take(number);
  });
  return item;
}

function choose(number) {
  chosen = (number + shown.length) % shown.length;
  [...list.children].forEach((item, index) => (item.ariaSelected = String(index === chosen)));
  field.setAttribute("aria-activedescendant", list.children[chosen].id);
  list.children[chosen].scrollIntoView({ block: "nearest" });
}

/** Whether all of a suggestion has been typed, under whichever of its names. */
function isWhole({ value, known = [] }, typed) {
  return [value, ...known].some((name) => [typed.trim(), slashed(typed).trim()].includes(name.trim()));
}

/** What was typed, with what a Chinese keyboard types for a slash as one. */
function slashed(typed) {
  return typed.toLowerCase().replace(/^[／、]/, "/");
}

function take(number) {
  const { at } = part(field);
  const after = field.value.slice(field.selectionStart);
  const value = shown[number].value;
  field.value = field.value.slice(0, at) + value + (value.startsWith("@") && field.id === "say" ? " " : "") + after;
  field.selectionStart = field.selectionEnd = field.value.length - after.length;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  hide();
  asked++;
}

function hide() {
  if (!list) return;
  list.hidden = true;
  if (field.role === "combobox") field.ariaExpanded = "false";
  field.removeAttribute("aria-activedescendant");
  status.textContent = "";
  list = null;
}

document.addEventListener("input", (event) => event.target.dataset?.complete && event.isTrusted && suggest(event.target));
document.addEventListener("focusout", hide);
document.addEventListener(
  "keydown",
  (event) => {
    if (!list || event.isComposing) return;
    if (event.key === "Enter" && isWhole(shown[chosen], field.value)) return hide(); // all typed: send it
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") hide();
    else if (event.key === "Tab" || event.key === "Enter") take(chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
