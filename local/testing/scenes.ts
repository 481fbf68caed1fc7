import { expect, test } from "vitest";
import { type Books, openBooks } from "./books.ts";
import { type Deeds, deedsOn } from "./deeds.ts";
import { watched, without } from "./guards.ts";
import { openRoad, type Road } from "./overtake.ts";
import { openStage, type Stage } from "./stage.ts";

export interface Scene {
  stage: Stage;
  deeds: Deeds;
  books: Books;
  overtake: Road["overtake"];
}
/** Plays a race, and answers what is wrong afterwards. */
export type Play = (scene: Scene) => Promise<string[]>;

/** Plays a race over the table, perhaps without one guard, and tells which guards it met. */
export async function play(race: Play, guard?: string): Promise<{ wrong: string[]; met: Set<string> }> {
  const stage = await openStage({ seats: 6 });
  const { table, seen } = watched(stage.world.table);
  const road = openRoad(table);
  stage.world.rebind({ table: guard === undefined ? road.table : without(guard)(road.table) });
  const wrong = await race({
    stage,
    deeds: deedsOn(stage),
    books: await openBooks(stage),
    overtake: road.overtake,
  });
  return { wrong, met: seen };
}

/**
 * Tests for each guard that its race does no harm, and would without it; and that no guard of those meant which the
 * races meet is without one.
 */
export function testGuards(races: Record<string, Play>, isMeant: (guard: string) => boolean): void {
  const all = new Set<string>();

  test.each(Object.entries(races))("%s", async (guard, race) => {
    const { wrong, met } = await play(race);
    expect(wrong).toEqual([]);
    expect([...met]).toContain(guard);
    for (const name of met) all.add(name);
    expect((await play(race, guard)).wrong).not.toEqual([]);
  });

  test("and no other is met", () => {
    expect([...all].filter(isMeant).sort()).toEqual(Object.keys(races).sort());
  });
}
