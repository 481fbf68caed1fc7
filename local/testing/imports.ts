import { arrive } from "@muster/core/import/arrive.ts";
import * as Manage from "@muster/core/import/manage.ts";
import { outcomeOf } from "@muster/core/import/outcome.ts";
import { tellingOf } from "@muster/core/import/part.ts";
import * as Work from "@muster/core/import/work.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { ID } from "@muster/core/kernel/id.ts";
import { Keys } from "@muster/core/table/keys.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { Stage } from "./stage.ts";
import type { Person } from "./world.ts";

type Import = ID<"import">;

/** What people, scripts and workers do with imports. */
export interface Imports {
  /** Begins an import and uploads its file, of which the bucket has not told yet. */
  upload: (content: string | Uint8Array, by?: Person) => Promise<Import>;
  /** Has the bucket tell of an object. */
  tell: (key: string, sequencer?: string) => Promise<unknown>;
  /** Uploads and tells. */
  begin: (content: string | Uint8Array, by?: Person) => Promise<Import>;
  /** Puts an object where a script puts it, and tells. */
  script: (name: string, content: string, metadata?: Record<string, string>) => Promise<unknown>;
  /** Does one job. */
  run: (job: object, until?: number) => Promise<unknown>;
  /** Does the jobs on the queue until none is left; a job that fails stays on it. */
  work: () => Promise<number>;
  get: (id: Import, by?: Person) => ReturnType<typeof Manage.get>;
  row: (id: Import) => Promise<Item>;
  /** The outcome of every row, in their order. */
  outcomes: (id: Import) => Promise<string[]>;
  keyOf: (id: Import) => string;
}

export function importsOf(stage: Stage): Imports {
  const { world, organization, ada } = stage;
  const keyOf = (id: Import) => `imports/${organization}/${id}.csv`;
  let sequence = 0;

  const tell = (key: string, sequencer = String(++sequence)) => asSystem("imports", () => arrive({ key, sequencer }));
  const run = (job: object, until?: number) =>
    asSystem<Promise<unknown>>("imports", () => Work.work(job as Work.Job), until);

  async function upload(content: string | Uint8Array, by = ada): Promise<Import> {
    const begun = await stage.as(by, () => Manage.create({ fileName: "people.csv" }));
    world.bucket.put(keyOf(begun.import.id), content);
    return begun.import.id;
  }

  return {
    upload,
    tell,
    async begin(content, by) {
      const id = await upload(content, by);
      await tell(keyOf(id));
      return id;
    },
    async script(name, content, metadata) {
      const key = `imports/${organization}/${name}`;
      world.bucket.put(key, content, metadata);
      return tell(key);
    },
    run,
    async work() {
      let taken = 0;
      for (; world.queued.imports[0]; taken++) {
        await run(world.queued.imports[0]);
        world.queued.imports.shift();
      }
      return taken;
    },
    get: (id, by = ada) => stage.as(by, () => Manage.get({ import: id })),
    row: async (id) => (await world.table.get(Keys.import(organization, id))) ?? {},
    async outcomes(id) {
      const found: string[] = [];
      let start: Record<string, string> | undefined;
      do {
        const page = await world.table.query({ ...Keys.outcomes(id), consistent: true, start });
        for (const { after, codes } of page.items.map(tellingOf)) {
          if (after !== found.length) throw new Error(`What is told of rows behind ${after} follows ${found.length}.`);
          found.push(...[...codes].map(outcomeOf));
        }
        start = page.next;
      } while (start);
      return found;
    },
    keyOf,
  };
}
