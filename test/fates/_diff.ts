/** Places where two JSON values differ, list positions left open: `contents[].parts[].text`. */
export function differences(a: unknown, b: unknown): ReadonlySet<string> {
  const left = leavesOf(a);
  const right = leavesOf(b);
  const places = new Set<string>();
  for (const [place, value] of left) {
    if (right.get(place) !== value && !isFilled(place, value, right)) places.add(open(place));
  }
  for (const [place, value] of right) if (!left.has(place) && !isFilled(place, value, left)) places.add(open(place));
  return places;
}

const nothing = "empty";

/** An empty object or list that is not empty on the other side: what it holds there is the difference. */
function isFilled(place: string, value: string, other: ReadonlyMap<string, string>): boolean {
  if (value !== nothing) return false;
  return [...other.keys()].some((one) => one.startsWith(`${place}.`) || one.startsWith(`${place}[`));
}

function open(place: string): string {
  return place.replace(/\[\d+\]/g, "[]");
}

function leavesOf(value: unknown): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  collect(value, "", leaves);
  return leaves;
}

function collect(value: unknown, place: string, leaves: Map<string, string>): void {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null) {
    leaves.set(place, JSON.stringify(value));
    return;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) leaves.set(place, nothing);
  for (const [name, member] of entries) {
    const step = Array.isArray(value) ? `[${name}]` : place === "" ? name : `.${name}`;
    collect(member, place + step, leaves);
  }
}

/** Whether a place is one that a pattern names: itself, or anything below it after `.**`. */
export function isNamed(place: string, pattern: string): boolean {
  if (!pattern.endsWith(".**")) return place === pattern || place.startsWith(`${pattern}[`);
  const root = pattern.slice(0, -3);
  return place === root || place.startsWith(`${root}.`) || place.startsWith(`${root}[`);
}

/** What stands at a place of a JSON value: `messages[1].content[0].text`. */
export function valueAt(root: unknown, place: string): unknown {
  const steps = place.match(/[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    root,
  );
}
