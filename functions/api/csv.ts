import { instant } from "@muster/core/kernel/ports.ts";
import type { Context } from "hono";
import type { Env } from "./env.ts";

type Part = { csv: string; next?: string | undefined };

const media = "text/csv; charset=utf-8";

// threat: an export through Lambda loses its byte order mark
/** Lambda passes this on byte by byte: as text, it would lose its byte order mark. */
export const isFile = (type: string): boolean => type === media;

/** Answers with a part of a CSV file as a download, with a link to the next part. */
export function csvFile(name: string) {
  return {
    media,
    answer: (c: Context<Env>, { csv, next }: Part) => {
      c.header("content-disposition", `attachment; filename="${name}-${instant().slice(0, 10)}.csv"`);
      if (next !== undefined) {
        const search = new URLSearchParams({ ...c.req.query(), cursor: next });
        c.header("link", `<${c.req.path}?${search.toString()}>; rel="next"`);
      }
      return csv;
    },
  };
}
