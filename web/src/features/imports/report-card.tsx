import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { getReport, type Import, type Report } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { toastFailure } from "#ui/toast.ts";
import { isOver, leftIn } from "./text.ts";

type Props = { organizationId: string; found: Import };

/** The file with the result of each row; and only the rows that were not invited, to be fixed. */
export function ReportCard({ organizationId, found }: Props) {
  const format = useFormat();
  const fetch = useMutation({
    mutationFn: (rows: Report) => getReport(organizationId, found.id, rows),
    onSuccess: ({ url }) => download(url),
    onError: (error) => toastFailure("The report was not downloaded", error),
  });
  const left = leftIn(found);
  if (found.rows === 0) {
    return null;
  }
  const isReady = isOver(found) && found.reported;
  const note = isReady
    ? "Your own columns, followed by the line, its result, and the reason."
    : found.isReportMissing
      ? "There is no report, because the file was deleted before it was created."
      : isOver(found)
        ? "It is being created, and will be here in a moment."
        : "It is created when the import has ended.";
  const isBusy = (rows: Report) => fetch.isPending && fetch.variables === rows;
  return (
    <Section title="Report">
      <div className="grid gap-3 px-5 pb-5">
        <p className="text-sm text-fg-2">{note}</p>
        {left > 0 && (
          <Button blocked={isReady ? undefined : note} isBusy={isBusy("failed")} onClick={() => fetch.mutate("failed")}>
            <Download />
            {format.plural(left, "row")} not invited
          </Button>
        )}
        <Button blocked={isReady ? undefined : note} isBusy={isBusy("all")} onClick={() => fetch.mutate("all")}>
          <Download />
          All rows
        </Button>
        {left > 0 && isReady && (
          <p className="text-sm text-fg-3">
            Fix the rows in the “not invited” file and import it: the added columns are ignored.
          </p>
        )}
      </div>
    </Section>
  );
}

/** The URL works for minutes and returns a file, so the page stays. */
function download(url: string) {
  const link = document.createElement("a");
  link.href = url;
  link.rel = "noreferrer";
  link.click();
}
