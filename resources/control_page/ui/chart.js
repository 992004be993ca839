// A line over time: gaps stay gaps, the value under the pointer or the cursor keys is told, and the scale is in round
// numbers.

import { t } from "../i18n.js";
import { h, put, svg } from "./dom.js";
import { clock, seconds } from "./format.js";

const HEIGHT = 128;
const LEFT = 64;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 8;

/** A chart of `values`: [at in ms, number or null], in time order. `format` makes a value text, `name` is what it shows. */
export class Chart {
  #name;
  #format;
  #integers;
  #bytes;
  #top;
  #width = 0;
  #points = [];
  #from = 0;
  #to = 1;
  #most = 1;
  #at = -1;
  #paint = svg("svg", { class: "chart-paint", "aria-hidden": "true" });
  #told = h("output", { class: "chart-told", "aria-live": "off" });

  constructor(name, format, { integers = false, bytes = false, top = 0 } = {}) {
    this.#top = top;
    this.#bytes = bytes;
    this.#name = name;
    this.#format = format;
    this.#integers = integers;
    this.element = h("figure", { class: "chart", tabindex: "0", role: "img", on: {
      pointermove: (event) => this.#pointAt(event.clientX), pointerleave: () => this.#choose(-1), keydown: (event) => this.#key(event), blur: () => this.#choose(-1),
    } }, this.#paint, this.#told);
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry.contentRect.width);
      this.#draw();
    }).observe(this.element);
  }

  /** Show these points from `from` to `to` (ms). */
  show(points, from, to) {
    const before = this.#points[this.#at]?.[0];
    this.#points = points.filter(([at], index) => at >= from || (points[index + 1]?.[0] ?? 0) >= from);
    this.#from = from;
    this.#to = to;
    this.#at = before === undefined ? -1 : this.#points.findIndex(([at]) => at === before);
    this.#draw();
  }

  #draw() {
    if (!this.#width) {
      return;
    }
    const known = this.#points.map(([, value]) => value).filter((value) => value !== null);
    const unit = this.#bytes ? 1024 ** Math.floor(Math.log(Math.max(1, ...known)) / Math.log(1024)) : 1;
    this.#most = this.#top || unit * rounded(Math.max(...known, 0) / unit, this.#integers);
    this.#paint.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.#paint.setAttribute("width", this.#width);
    this.#paint.setAttribute("height", HEIGHT);
    put(this.#paint, this.#scale(), this.#lines(), this.#mark());
    const last = known.at(-1);
    this.element.setAttribute("aria-label", last === undefined ? t("chart.none", { name: this.#name }) : t("chart.now", { name: this.#name, value: this.#format(last), most: this.#format(Math.max(...known)) }));
  }

  #scale() {
    const steps = this.#integers && this.#most < 4 ? this.#most : 2;
    const rows = Array.from({ length: steps + 1 }, (_, index) => (this.#most * index) / steps);
    const marks = rows.map((value) => [
      svg("line", { class: "chart-grid", x1: LEFT, x2: this.#width - RIGHT, y1: this.#y(value), y2: this.#y(value) }),
      svg("text", { class: "chart-text", x: LEFT - 8, y: this.#y(value) + 4, "text-anchor": "end", text: this.#format(value) }),
    ]);
    const times = [this.#from, (this.#from + this.#to) / 2, this.#to].map((at, index) => svg("text", {
      class: "chart-text", x: this.#x(at), y: HEIGHT - 4, "text-anchor": ["start", "middle", "end"][index], text: clock(at),
    }));
    return [marks, times];
  }

  #lines() {
    const runs = [[]];
    for (const [at, value] of this.#points) {
      if (value === null) {
        runs.push([]);
      } else {
        runs.at(-1).push([Math.max(LEFT, this.#x(at)), this.#y(value)]);
      }
    }
    return runs.filter((run) => run.length).flatMap((run) => {
      const path = run.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
      const floor = this.#y(0);
      return [
        svg("path", { class: "chart-area", d: `${path}L${run.at(-1)[0].toFixed(1)} ${floor}L${run[0][0].toFixed(1)} ${floor}Z` }),
        run.length > 1 ? svg("path", { class: "chart-line", d: path }) : svg("circle", { class: "chart-dot", cx: run[0][0], cy: run[0][1], r: 2 }),
      ];
    });
  }

  #mark() {
    const point = this.#points[this.#at];
    if (!point || point[1] === null) {
      this.#told.textContent = "";
      return null;
    }
    const [at, value] = point;
    this.#told.textContent = `${seconds(at)}  ${this.#format(value)}`;
    return [
      svg("line", { class: "chart-cursor", x1: this.#x(at), x2: this.#x(at), y1: TOP, y2: HEIGHT - BOTTOM }),
      svg("circle", { class: "chart-dot", cx: this.#x(at), cy: this.#y(value), r: 4 }),
    ];
  }

  #pointAt(clientX) {
    const x = clientX - this.#paint.getBoundingClientRect().left;
    let best = -1;
    for (const [index, [at, value]] of this.#points.entries()) {
      if (value !== null && (best < 0 || Math.abs(this.#x(at) - x) < Math.abs(this.#x(this.#points[best][0]) - x))) {
        best = index;
      }
    }
    this.#choose(best);
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    let at = this.#at < 0 ? (step < 0 ? this.#points.length : -1) : this.#at;
    do {
      at += step;
    } while (this.#points[at] && this.#points[at][1] === null);
    if (this.#points[at]) {
      this.#told.setAttribute("aria-live", "polite");
      this.#choose(at);
    }
  }

  #choose(at) {
    if (at !== this.#at) {
      this.#at = at;
      this.#draw();
    }
  }

  #x(at) {
    return LEFT + ((at - this.#from) / (this.#to - this.#from)) * (this.#width - LEFT - RIGHT);
  }

  #y(value) {
    return HEIGHT - BOTTOM - (value / this.#most) * (HEIGHT - BOTTOM - TOP);
  }
}

/** The next round number above; in steps of 1, 2 and 5, so that the scale seldom changes. */
function rounded(value, integers) {
  if (value <= 0) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  const most = [1, 2, 4, 5, 8, 10, 20].map((step) => step * power).find((one) => one >= value * 1.05);
  return integers ? Math.max(1, Math.ceil(most)) : most;
}
