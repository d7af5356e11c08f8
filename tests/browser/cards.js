// A client that shows one Adaptive Card with the library of that name, and a hand that fills it and presses a button.

const { AdaptiveCard, HostConfig, SerializationContext, Strings } = AdaptiveCards;

AdaptiveCard.onProcessMarkdown = (text, result) => {
  const shown = document.createElement("p");
  shown.innerText = text.replace(/\\(.)/g, "$1");
  result.outputHtml = shown.outerHTML;
  result.didProcess = true;
};

let card;
let sent;

/** Shows a card, and says what the library has against it. */
function show(json) {
  const context = new SerializationContext();
  card = new AdaptiveCard();
  sent = null;
  AdaptiveCard.langProperty.regEx.lastIndex = 0; // it is a global one, which would refuse every second card's language
  card.onExecuteAction = (action) => (sent = { verb: action.verb, data: action.data });
  card.parse(json, context);
  document.body.replaceChildren(card.render());
  for (const input of card.getAllInputs()) input.renderedElement.dataset.input = input.id;
  const events = [...Array(context.eventCount).keys()].map((at) => context.getEventAt(at).message);
  const failures = card.validateProperties().validationEvents;
  return {
    complaints: [...events, ...failures.map((each) => `${each.source.id || each.source.getJsonTypeName()}: ${each.message}`)],
    shown: document.body.innerText,
    inputs: card.getAllInputs().map((input) => input.id),
  };
}

/** Fills the inputs named, as a hand does, and presses the button; gives what is sent, or null and what is wrong. */
function answer(values, title) {
  for (const input of card.getAllInputs()) if (input.id in values) fill(input, values[input.id]);
  const button = [...document.querySelectorAll("button")].find((each) => each.innerText.trim() === title);
  button.click();
  const wrong = card.getAllInputs().filter((input) => input.renderedElement.querySelector(".ac-input-validation-failed"));
  return { sent, wrong: wrong.map((input) => input.id) };
}

function fill(input, value) {
  const element = input.renderedElement;
  const boxes = [...element.querySelectorAll("input[type=radio], input[type=checkbox]")];
  if (boxes.length > 0) {
    const wanted = Array.isArray(value) ? value : [value];
    for (const box of boxes) if (box.checked !== wanted.includes(box.value)) box.click();
    return;
  }
  const field = element.querySelector("select, textarea, input");
  if (field.tagName === "SELECT") field.value = value;
  else field.value = (input.choices || []).find((choice) => choice.value === value)?.title ?? value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
