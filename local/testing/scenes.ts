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
