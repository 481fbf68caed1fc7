import { type Section, sections } from "@muster/settings/fields.ts";
import { type Emitter, messageOf, type Problem, type Report, Stopped } from "./events.ts";
import type { Held } from "./held.ts";
import type { Memory } from "./memory.ts";
import { type Receipt, type Receipts, receiptOf } from "./receipts.ts";
import type { System } from "./system.ts";
import { isStrict, modeNow } from "./values.ts";

export type Tell = (code: Problem["code"], message: string) => Promise<void>;

/** Tells the embedding client which document applies, and the server how far the device got with it. */
export function reporting(
  memory: Memory,
  { receipts, events, system, problem }: { receipts: Receipts; events: Emitter; system: System; problem: Tell },
) {
  let telling: Promise<unknown> = Promise.resolve();
  const history = sameSections();
  /** The change of which a handler failed, or has not ended: the handler may have done any part of it. */
  let untold: { sections: readonly Section[]; hasOtherSecrets: boolean } | undefined;

  /** One after the other, so that nobody is told twice. Returns whether there was something to tell. */
  function catchUp(): Promise<boolean> {
    const result = telling.then(tellAndReport);
    telling = result.catch(() => undefined);
    return result;
  }

  /** Tells and reports each thing that is new. The next time makes up for a part that is interrupted. */
  async function tellAndReport(): Promise<boolean> {
    const { held, told } = memory;
    if (!held || memory.state.wipe) return false;
    const { document } = held.payload;
    history.note(held);
    const isStrictNow = isStrict(modeNow(memory, system.now()));
    const isOther = isStrictNow !== memory.isToldStrict;
    const isNews = told?.payload.document !== document || isOther || untold !== undefined;
    const isSame = (section: Section) =>
      // threat: a change that a failed handler has half enforced is not told again
      told !== undefined &&
      told.payload.sections[section].hash === held.payload.sections[section].hash &&
      !untold?.sections.includes(section);
    const others = sections.filter((section) => !isSame(section));
    await tolerate(
      receipts.add(() => {
        // of the same document the embedding client may have said more before it failed
        // threat: an enforced change counts as fetched after a failed handler
        const unknown = others.filter((section) => receipts.last(section)?.document !== document);
        const fetched = unknown.map((section) => receiptOf(section, "fetched", held));
        return [...fetched, ...sections.filter(isSame).map((section) => carried(section, held))];
      }),
    );

    if (isNews) {
      const all = isOther ? sections : others;
      const hasOtherSecrets = isOther || untold?.hasOtherSecrets === true || secretsIn(told) !== secretsIn(held);
      untold = { sections: all, hasOtherSecrets };
      const failure = await events.tell("change", {
        revision: held.payload.revision,
        ...(!isStrictNow && { document }),
        sections: all,
        hasOtherSecrets,
        report: reporter(held),
      });
      if (failure) {
        if (!(failure instanceof Stopped)) await problem("handler_failed", messageOf(failure));
        // threat: a change that no handler has taken in counts as applied
        return true;
      }
      untold = undefined;
    }
    memory.told = held;
    memory.isToldStrict = isStrictNow;
    // the embedding client may have said more already
    const isUnsaid = (section: Section) => {
      const last = receipts.last(section);
      return last?.document !== document || last.state === "fetched";
    };
    const applied = () => sections.filter(isUnsaid).map((section) => receiptOf(section, "applied", held));
    await tolerate(receipts.add(applied));
    return isNews;
  }

  /** Returns the receipt of an unchanged section: its last one is true of it now, too. */
  function carried(section: Section, held: Held): Receipt {
    const last = receipts.last(section);
    // threat: a change that was enforced at the same moment is carried over as applied
    if (last?.document === held.payload.document) return last;
    // threat: the report of a section is lost after a failed handler
    if (last === undefined || !history.isSame(section, last.document)) return receiptOf(section, "applied", held);
    const { heldBack: _, ...said } = last;
    return { ...said, ...receiptOf(section, last.state, held) };
  }

  /** Reports about one document, as long as it applies, or those that came after it have left the section as it was. */
  const reporter =
    (about: Held | undefined): Report =>
    (section, state, { document = about?.payload.document, ...more } = {}) =>
      receipts.add(() => {
        const { held } = memory;
        if (!held || document === undefined || isStrict(modeNow(memory, system.now()))) return [];
        history.note(held);
        // threat: a receipt names a document that the client was not told of
        return history.isSame(section, document) ? [{ ...receiptOf(section, state, held), ...more }] : [];
      });

  /** Reports a failed write instead of throwing it. A later write makes up for it; what applies does not wait. */
  async function tolerate(writing: Promise<unknown>): Promise<void> {
    await writing.catch((error: unknown) => problem("storage", messageOf(error)));
  }

  /** Returns whether a handler of the last change has failed: it is told again. */
  const isBehind = (): boolean => untold !== undefined;

  /** Resolves when what is being told now is told. */
  const toldNow = async (): Promise<void> => void (await telling);

  return { catchUp, isBehind, toldNow, reporter, tolerate };
}

/** The number of documents that are remembered for a section that they left as it was. */
const maxSame = 100;

/** Remembers the documents that have had a section as it is now, without another in between. */
function sameSections() {
  const known = new Map<Section, { hash: string; documents: Set<string> }>();
  return {
    note({ payload }: Held): void {
      for (const section of sections) {
        const { hash } = payload.sections[section];
        const before = known.get(section);
        // threat: a section that came back counts as enforced since before
        const documents = before?.hash === hash ? before.documents : new Set<string>();
        documents.add(payload.document);
        const [oldest] = documents;
        if (documents.size > maxSame && oldest !== undefined) documents.delete(oldest);
        known.set(section, { hash, documents });
      }
    },
    isSame: (section: Section, document: string): boolean => known.get(section)?.documents.has(document) === true,
  };
}

const secretsIn = (held: Held | undefined) =>
  (held?.list ?? [])
    .map(({ id, version }) => `${id}:${version}`)
    .toSorted()
    .join();
