import { CircleAlert, CircleCheck } from "lucide-react";
import { roleText } from "#features/rights/text.ts";
import { cn } from "#lib/cn.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Finding, Sheet } from "./inspect.ts";
import { findingSentence } from "./inspection-text.ts";

const maxShown = 6;

type Sample = Sheet["sample"][number];
type Props = { sample: Sheet["sample"]; findings: Finding[] };

/** The first rows as they are read. */
export function PreviewTable({ sample, findings }: Props) {
  const shown = sample.slice(0, maxShown);
  const has = (cell: "name" | "teams") => sample.some(({ row }) => row[cell] !== "");
  const [hasName, hasTeams] = [has("name"), has("teams")];
  const head = "px-3 py-2 text-left text-xs font-medium text-fg-2";
  return (
    <div className="overflow-clip rounded-lg border border-border">
      <table aria-label="First rows" className="w-full table-fixed text-sm">
        <thead className="border-b border-border bg-surface-2">
          <tr>
            <th scope="col" className={cn(head, "w-16")}>
              Line
            </th>
            <th scope="col" className={head}>
              Address
            </th>
            {hasName && (
              <th scope="col" className={cn(head, "max-sm:hidden")}>
                Name
              </th>
            )}
            <th scope="col" className={cn(head, "w-24")}>
              Role
            </th>
            {hasTeams && (
              <th scope="col" className={cn(head, "max-sm:hidden")}>
                Teams
              </th>
            )}
            <th scope="col" className={cn(head, "w-11")}>
              <span className="sr-only">Status</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <Row
              key={one.row.row}
              one={one}
              finding={findings.find(({ line }) => line === one.row.line)}
              hasName={hasName}
              hasTeams={hasTeams}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { one: Sample; finding: Finding | undefined; hasName: boolean; hasTeams: boolean };

function Row({ one: { row, judged }, finding, hasName, hasTeams }: RowProps) {
  const read = "code" in judged ? undefined : judged;
  const sentence = finding && findingSentence(finding);
  const cell = "truncate px-3 py-2";
  const shown = read
    ? { ...read, email: emailName(read.email), role: roleText[read.role].label, teams: read.teams?.join(", ") }
    : row;
  return (
    <tr className="border-b border-border last:border-b-0">
      <td className="tabular px-3 py-2 text-fg-3">{row.line}</td>
      <td className={cn(cell, "font-medium")} title={row.email}>
        {shown.email || <Nothing />}
      </td>
      {hasName && <td className={cn(cell, "max-sm:hidden")}>{shown.name || row.name || <Nothing />}</td>}
      <td className={cell}>{shown.role || <Nothing />}</td>
      {hasTeams && (
        <td className={cn(cell, "max-sm:hidden")} title={row.teams}>
          {shown.teams || row.teams || <Nothing />}
        </td>
      )}
      <td className="px-3 py-2" title={sentence}>
        {sentence === undefined ? (
          <CircleCheck aria-label="Ready" className="size-4 text-success-text" />
        ) : (
          <CircleAlert aria-label={sentence} className="size-4 text-danger-text" />
        )}
      </td>
    </tr>
  );
}

function Nothing() {
  return <span className="text-fg-3">–</span>;
}
