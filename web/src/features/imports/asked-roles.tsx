import type { Role } from "@muster/core/base/role.ts";
import { maxRoleWords } from "@muster/core/import/limits.ts";
import { useId } from "react";
import { grantable } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import type { Role as Viewer } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { NativeSelect } from "#ui/native-select.tsx";
import { meaningOf } from "./inspection-text.ts";
import type { Asked } from "./role-answers.ts";

type Props = { asked: readonly Asked[]; viewer: Viewer; onAnswer: (word: string, role: Role | undefined) => void };

/** Asks once for each word of the role column that Muster does not know. */
export function AskedRoles({ asked, viewer, onAnswer }: Props) {
  const title = useId();
  if (asked.length === 0) {
    return null;
  }
  const roles = grantable(viewer);
  const options = [
    { value: "", label: "Leave out" },
    ...roles.map((value) => ({ value: value as string, label: roleText[value].label })),
  ];
  return (
    <section aria-labelledby={title} className="rounded-lg border border-border">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-border bg-surface-2 px-4 py-2">
        <h3 id={title} className="text-sm font-medium">
          Roles
        </h3>
        <p className="text-sm text-fg-2">Muster doesn’t know these words. Choose what each one counts as.</p>
      </div>
      <ul className="divide-y divide-border">
        {asked.map((one) => (
          <li key={one.word} className="grid grid-cols-[minmax(0,1fr)_8.5rem] items-center gap-x-3 px-4 py-1.5 text-sm">
            <p className="min-w-0 break-words">
              <span className={one.role ? "font-medium" : "text-fg-2"}>{one.word}</span>{" "}
              <span className="tabular text-fg-3">
                {plural(one.rows, "row")}
                {meaningOf(one.known)}
              </span>
            </p>
            <NativeSelect
              aria-label={one.word}
              value={one.role ?? ""}
              options={options}
              onChoose={(value) =>
                onAnswer(
                  one.word,
                  roles.find((role) => role === value),
                )
              }
              className="w-full"
            />
          </li>
        ))}
      </ul>
      {asked.length === maxRoleWords && (
        <p className="border-t border-border px-4 py-2 text-sm text-fg-3">
          Rows with any further word are left out. If these are no roles, choose “Not read” for their column.
        </p>
      )}
    </section>
  );
}
