import { openBooks } from "@muster/local/testing/books.ts";
import { importsOf } from "@muster/local/testing/imports.ts";
import { mortal } from "@muster/local/testing/mortal.ts";
import { openStage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import * as Watch from "./due.ts";

/** Rows so long that the file has two chunks, with a bad one, doubles in both, and more people than seats. */
const filler = "x".repeat(60_000);
const people = [
  "a@x.example",
  "nobody",
  "b@x.example",
  "A@X.example",
  ...Array.from({ length: 18 }, (_, n) => `p${n}@x.example`),
];
const rows = [...people, "b@x.example", "q@x.example", "r@x.example"];
const file = `email,notes\n${rows.map((email) => `${email},${filler}\n`).join("")}`;

async function begin() {
  const stage = await openStage({ seats: 20 });
  const imports = importsOf(stage);
  const books = await openBooks(stage);
  const id = await imports.upload(file);
  stage.world.queued.imports.push({ arrived: imports.keyOf(id) });
  return { stage, imports, books, id };
}
type Place = Awaited<ReturnType<typeof begin>>;

/** Works off the queue like Lambda: a message that fails stays on it. The clock looks in between. */
async function settle({ stage, imports }: Place): Promise<void> {
  const { queued, clock } = stage.world;
  while (queued.imports[0]) {
    const [message] = queued.imports as [{ arrived?: string }];
    await (message.arrived ? imports.tell(message.arrived, "1") : imports.run(message));
    queued.imports.shift();
  }
  clock.pass(700);
  await asSystem("clock.imports", () => Watch.due({}));
  while (queued.imports[0]) {
    await imports.run(queued.imports[0]);
    queued.imports.shift();
  }
}

/** What is wrong once all was repeated. */
async function wrong({ stage, imports, books, id }: Place): Promise<string[]> {
  const info = await imports.get(id);
  const outcomes = await imports.outcomes(id);
  const expected = people.map((email) =>
    email === "nobody" ? "invalid_email" : email.startsWith("A@") ? "duplicate" : "invited",
  );
  const all = [...expected, "duplicate", "no_seat", "no_seat"];
  // 20 free seats: a, b and 18 others
  const lines =
    (stage.world.bucket.text(`reports/${stage.organization}/${id}-1-all.csv`) ?? "").split("\r\n").length - 2;
  return [
    ...(outcomes.join() === all.join() ? [] : [`outcomes: ${outcomes.join()}`]),
    ...(info.state === "done" && info.rows === rows.length ? [] : [`${info.state} with ${info.rows} rows`]),
    ...(info.counts.invited === 20 && info.counts.duplicate === 2 ? [] : [JSON.stringify(info.counts)]),
    ...(info.reported && lines === rows.length ? [] : [`a report of ${lines} rows`]),
    ...(await books.look()),
  ];
}

describe("the workers of an import", () => {
  for (const moment of ["before", "after"] as const) {
    test(`lose, double and oversell nothing when they die ${moment} any call`, { timeout: 240_000 }, async () => {
      const found: string[] = [];
      let deaths = 0;
      for (let call = 1; ; call++) {
        const place = await begin();
        const process = mortal(place.stage.world, call, moment);
        place.stage.world.rebind(process.ports);
        const first = await told(settle(place));
        place.stage.world.rebind();
        await settle(place);
        found.push(...(await wrong(place)).map((one) => `call ${call}: ${one}`));
        await place.stage.world.rows.stop();
        if (first === "done" && !process.hasDied()) break;
        deaths++;
      }
      expect(found).toEqual([]);
      expect(deaths).toBeGreaterThan(25);
    });
  }

  test("would be seen to lose rows if a message were forgotten and no clock looked", async () => {
    const place = await begin();
    const { queued } = place.stage.world;
    await place.imports.tell(place.imports.keyOf(place.id), "1");
    queued.imports.length = 0;
    expect(await wrong(place)).not.toEqual([]);
    await settle(place);
    expect(await wrong(place)).toEqual([]);
  });
});
