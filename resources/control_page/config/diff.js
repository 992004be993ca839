// What differs between two texts, line by line.

const LARGEST = 4_000_000;

/** Rows of {kind: "same" | "old" | "new", text, before, after} with the line numbers in both texts. */
export function diff(before, after) {
  const [one, other] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) {
    start += 1;
  }
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) {
    end += 1;
  }
  const middle = changed(one.slice(start, one.length - end), other.slice(start, other.length - end));
  const kinds = [...Array(start).fill("same"), ...middle, ...Array(end).fill("same")];
  let [left, right] = [0, 0];
  return kinds.map((kind) => {
    const row = { kind, text: kind === "new" ? other[right] : one[left], before: kind === "new" ? null : left + 1, after: kind === "old" ? null : right + 1 };
    left += kind === "new" ? 0 : 1;
    right += kind === "old" ? 0 : 1;
    return row;
  });
}

/** The rows near changes; null stands for a stretch that is left out. */
export function near(rows, context = 3) {
  const shown = [];
  let last = -1;
  for (const [index, row] of rows.entries()) {
    const close = rows.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== "same");
    if (close) {
      if (index > last + 1) {
        shown.push(null);
      }
      shown.push(row);
      last = index;
    }
  }
  return shown;
}

/** The kinds of the lines by the longest common sequence; two very long texts count as wholly different. */
function changed(one, other) {
  if (one.length * other.length > LARGEST) {
    return [...one.map(() => "old"), ...other.map(() => "new")];
  }
  const width = other.length + 1;
  const lengths = new Uint32Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = one[i] === other[j] ? lengths[(i + 1) * width + j + 1] + 1 : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const kinds = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      kinds.push("same");
      i += 1;
      j += 1;
    } else if (j >= other.length || (i < one.length && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
      kinds.push("old");
      i += 1;
    } else {
      kinds.push("new");
      j += 1;
    }
  }
  return kinds;
}
