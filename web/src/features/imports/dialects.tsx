import { maxMebibytes } from "@muster/core/import/limits.ts";
import { roleLanguages, roleWords } from "@muster/core/reading/role-words.ts";
import { Download } from "lucide-react";
import { roleText } from "#features/rights/text.ts";
import { saveFile } from "#lib/save-file.ts";
import { Button } from "#ui/button.tsx";

const sample =
  "email,name,role\r\n" +
  "ada@example.com,Ada Lovelace,admin\r\n" +
  "grace@example.com,Grace Hopper,write\r\n" +
  "edsger@example.com,Edsger Dijkstra,read\r\n";

/** The supported files, in as few words as possible. */
export function Dialects() {
  return (
    <div className="grid gap-2 [&_summary]:mx-auto">
      <p>
        CSV files as Excel, Google Sheets, Google Workspace, Microsoft 365, Okta, and Slack save them: with or without a
        header, separated by commas, semicolons, or tabs, up to {maxMebibytes} MiB. Only a column with addresses is
        required; name, role, and teams are optional.
      </p>
      <RoleWords />
    </div>
  );
}

export function SampleButton() {
  return (
    <Button variant="ghost" onClick={() => saveFile(new Blob([sample], { type: "text/csv" }), "people.csv")}>
      <Download />
      Sample file
    </Button>
  );
}

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
