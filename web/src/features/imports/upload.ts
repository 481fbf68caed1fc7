import { minuteMs } from "@muster/core/base/duration.ts";
import { uploadMinutes } from "@muster/core/import/limits.ts";
import { fileNameOf } from "@muster/core/import/shape.ts";
import type { Reading } from "@muster/core/reading/columns.ts";
import { toSentence } from "#lib/failure.ts";
import { type Begun, cancelImport, createImport, getImport } from "#lib/imports.ts";
import { postForm, UploadError } from "#lib/upload.ts";

/** A form works for an hour; this leaves a margin for its last minutes. */
const formLifetimeMs = (uploadMinutes - 10) * minuteMs;

export type Upload =
  | { state: "sending"; sent: number; startedAt: number }
  | { state: "failed"; sentence: string; mayRetry: boolean }
  | { state: "arrived"; id: string }
  | { state: "canceled" };

export type Order = { organizationId: string; file: File; lifetimeDays: number; reading?: Reading };

const doors = { createImport, getImport, cancelImport, postForm };
export type UploadPorts = typeof doors;

/** Uploads a file for its import, and reports the progress. Continues until it has arrived or is canceled. */
export function openUpload(order: Order, onChange: (upload: Upload) => void, use: UploadPorts = doors) {
  const { organizationId, file, lifetimeDays, reading = {} } = order;
  const stop = new AbortController();
  let begun: { form: Begun; at: number; isGood: boolean } | undefined;
  let tries = 0;

  async function run() {
    const startedAt = Date.now();
    tries += 1;
    onChange({ state: "sending", sent: 0, startedAt });
    try {
      const { form } = await begin();
      stop.signal.throwIfAborted();
      const { id } = form.import;
      if (!(await hasArrived(id))) {
        await use.postForm(form.upload, file, {
          signal: stop.signal,
          onProgress: (sent) => onChange({ state: "sending", sent, startedAt }),
        });
      }
      onChange({ state: "arrived", id });
    } catch (error) {
      if (!stop.signal.aborted) {
        onChange({ state: "failed", ...(await reasonOf(error)) });
      }
    }
  }

  /** Requests a new form the first time, and when the previous one has expired or was refused. */
  async function begin() {
    if (begun?.isGood && Date.now() < begun.at + formLifetimeMs) {
      return begun;
    }
    await giveUp();
    const form = await use.createImport(organizationId, {
      fileName: fileNameOf(file.name),
      lifetimeDays,
      ...reading,
    });
    begun = { form, at: Date.now(), isGood: true };
    if (stop.signal.aborted) {
      await giveUp();
    }
    return begun;
  }

  /** It may have arrived although the answer was lost. */
  async function hasArrived(id: string) {
    return tries > 1 && (await use.getImport(organizationId, id)).state !== "waiting_for_file";
  }

  /** Cancels an import whose file will never arrive. */
  async function giveUp() {
    const id = begun?.form.import.id;
    begun = undefined;
    if (id !== undefined) {
      await use.cancelImport(organizationId, id).catch(() => undefined);
    }
  }

  async function reasonOf(error: unknown) {
    if (!(error instanceof UploadError)) {
      return { sentence: toSentence(error), mayRetry: true };
    }
    if (!(await isReadable(file))) {
      return { sentence: "The file was moved or changed. Choose it again.", mayRetry: false };
    }
    if (begun && error.failure !== "network") {
      begun.isGood = false;
    }
    return { sentence: sentences[error.failure], mayRetry: true };
  }

  return {
    run,
    async cancel() {
      stop.abort();
      await giveUp();
      onChange({ state: "canceled" });
    },
  };
}

async function isReadable(file: File) {
  const first = file.slice(0, 1).arrayBuffer();
  return first.then(
    () => true,
    () => false,
  );
}

const sentences = {
  network: "The connection was lost before the file had arrived. Try again when you are back online.",
  expired: "This upload took too long and has expired. Try again.",
  refused: "The file was not accepted. Try again; if that does not help, choose it again.",
};
