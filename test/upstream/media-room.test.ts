import { describe, expect, test } from "vitest";
import { createMediaRoom, type Share } from "../../src/upstream/media-room.ts";

const never = new AbortController().signal;

/** A room of 100 in which 90 are held, and who came in behind. */
async function full() {
  const room = createMediaRoom(100);
  const held = await room.take(90, 1_000, never);
  const inside: string[] = [];
  const take = async (name: string, bytes: number, waitMs = 60_000): Promise<Share | undefined> => {
    const share = await room.take(bytes, waitMs, never);
    if (share !== undefined) inside.push(name);
    return share;
  };
  return { held, inside, take };
}

describe("a room for media", () => {
  test("has what is small pass what is large, as long as there is room", async () => {
    const { held, inside, take } = await full();
    const large = take("large", 50);
    await take("small", 5);
    expect(inside).toEqual(["small"]);
    held?.giveBack();
    await large;
    expect(inside).toEqual(["small", "large"]);
  });

  test("has what is large go first once enough have passed it", async () => {
    const { held, inside, take } = await full();
    const large = take("large", 100);
    for (let at = 0; at < 32; at++) (await take("small", 5))?.giveBack();
    const late = take("late", 5);
    expect(inside).toHaveLength(32);
    held?.giveBack();
    (await large)?.giveBack();
    await late;
    expect(inside.slice(32)).toEqual(["large", "late"]);
  });

  test("lets nobody in who has waited too long, and the next one behind it", async () => {
    const { held, inside, take } = await full();
    expect(await take("large", 50, 1)).toBeUndefined();
    held?.giveBack();
    await take("next", 100);
    expect(inside).toEqual(["next"]);
  });

  test("takes alone what is larger than all of it", async () => {
    const { held, inside, take } = await full();
    const huge = take("huge", 1_000);
    held?.giveBack();
    await huge;
    expect(inside).toEqual(["huge"]);
  });

  test("gives nothing to who has gone", async () => {
    const room = createMediaRoom(100);
    expect(await room.take(1, 1_000, AbortSignal.abort())).toBeUndefined();
  });
});
