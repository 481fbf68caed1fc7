import { roleLanguages, roleWords } from "@muster/core/invitation/paste-words.ts";
import { roleText } from "#features/organization/text.ts";

const roles = ["owner", "admin", "write", "read"] as const;

/** The words that are read as each role, in files and in pasted lists. */
export function RoleWords() {
  return (
    <details className="text-left text-sm text-fg-2">
      <summary className="w-fit cursor-pointer text-accent-text">Words for roles</summary>
      <p className="mt-2">Case doesn’t matter. Rows with any other word are left out; a row without a role is Read.</p>
      <dl className="mt-2 grid gap-2">
        {roles.map((role) => (
          <div key={role} className="grid gap-x-3 gap-y-0.5 sm:grid-cols-[4.5rem_minmax(0,1fr)]">
            <dt className="font-medium text-fg">{roleText[role].label}</dt>
            <dd className="grid gap-0.5">
              {roleWords[role].map((words, at) => (
                <span key={roleLanguages[at]}>
                  <span className="text-fg-3">{roleLanguages[at]}: </span>
                  {words.join(", ")}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
