// Builds elements. Text always goes in as text, so that nothing foreign can become markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `props`: class, text, on (listeners by event), data (dataset); true and false set and leave out an
 * attribute; anything else is an attribute. Children are nodes or texts; null, undefined and false are left out.
 */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for drawings. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Put these in place of all children. */
export function put(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(wanted));
  return parent;
}

/** Text that only a screen reader says. */
export function spoken(text) {
  return h("span", { class: "spoken", text });
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    set(element, name, value);
  }
  element.append(...children.flat(Infinity).filter(wanted));
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) {
    return;
  }
  if (name === "text") {
    element.textContent = value;
  } else if (name === "on") {
    for (const [event, listener] of Object.entries(value)) {
      element.addEventListener(event, listener);
    }
  } else if (name === "data") {
    Object.assign(element.dataset, value);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

function wanted(child) {
  return child !== undefined && child !== null && child !== false;
}
