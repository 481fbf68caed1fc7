import { ClipboardPaste, FileUp, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useFieldArray } from "react-hook-form";
import { useOpenImport } from "#features/imports/use-open-import.ts";
import { lifetimes } from "#features/invitations/lifetimes.ts";
import { grantable } from "#features/rights/permissions.ts";
import { TeamsField } from "#features/teams/teams-field.tsx";
import type { Organization, Role } from "#lib/api.ts";
import { useFileDrop } from "#lib/use-file-drop.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { DropVeil, FileButton } from "#ui/drop-zone.tsx";
import { FieldError } from "#ui/field.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { emptyRow, filled } from "./form.ts";
import { Refusal } from "./parts.tsx";
import { PasteBox } from "./paste-box.tsx";
import type { PastedRow } from "./paste-rows.ts";
import { InviteRow } from "./row.tsx";
import type { Invite } from "./use-invite.ts";

export function WriteStep({ invite, organization }: { invite: Invite; organization: Organization }) {
  const { form, review } = invite;
  const { errors } = form.formState;
  const rows = useRows(invite);
  /** The content of the box for lists, while it is open. */
  const [pasting, setPasting] = useState<string>();
  const roles = grantable(organization.role);
  const count = filled(form.watch("rows")).length;
  const mayWrite = organization.trusted === true;
  const file = useFile({
    role: organization.role,
    onRows: (found) => {
      rows.paste(undefined, found);
      if (found.every(({ remark }) => remark === undefined)) {
        invite.review.reset();
        invite.submit();
      }
    },
  });
  const rowsError = errors.rows?.root?.message ?? errors.rows?.message;

  return (
    <form noValidate onSubmit={invite.submit} className="contents">
      <DropVeil isHeld={file.isHeld}>Drop the file to preview it</DropVeil>
      <DialogBody>
        <fieldset className="grid min-w-0 gap-2">
          <legend className="sr-only">People to invite</legend>
          {rows.fields.map((field, index) => (
            <InviteRow
              key={field.id}
              form={form}
              index={index}
              roles={roles}
              isOnly={rows.fields.length === 1}
              onRemove={() => rows.remove(index)}
              onPaste={(pasted, rest) => {
                rows.paste(index, pasted);
                setPasting(rest.length > 0 ? rest.join("\n") : undefined);
              }}
              onNext={() => rows.goOn(index)}
            />
          ))}
          {rowsError && (
            <div role="alert" className="text-sm">
              <FieldError>{rowsError}</FieldError>
            </div>
          )}
        </fieldset>
        {pasting !== undefined ? (
          <PasteBox
            key={pasting}
            left={pasting}
            roles={roles}
            onRows={(pasted) => rows.paste(undefined, pasted)}
            onClose={() => setPasting(undefined)}
          />
        ) : (
          <div className="flex flex-wrap gap-2">
            <Button onClick={rows.add}>
              <Plus />
              Add another
            </Button>
            <Button variant="ghost" onClick={() => setPasting("")}>
              <ClipboardPaste />
              Paste a list
            </Button>
            <FileButton variant="ghost" onFile={file.take}>
              <FileUp />
              Choose or drop a file
            </FileButton>
          </div>
        )}
        {file.said && <Banner tone={file.said.tone}>{file.said.text}</Banner>}
        <TextareaField
          label="Message"
          hint={messageHint(mayWrite)}
          error={errors.message?.message}
          rows={2}
          {...form.register("message", { disabled: !mayWrite })}
        />
        <TeamsField
          organizationId={organization.id}
          chosen={form.watch("teams")}
          onChange={(teams) => form.setValue("teams", teams, { shouldDirty: true })}
          error={errors.teams?.message}
        />
        <SelectField
          label="Expires in"
          error={errors.lifetimeDays?.message}
          options={lifetimes}
          {...form.register("lifetimeDays")}
          className="w-40 max-sm:w-full"
        />
        {errors.root?.["server"] && <Refusal key={review.submittedAt}>{errors.root["server"].message}</Refusal>}
      </DialogBody>
      <DialogFooter>
        {count > 0 && (
          <Button variant="ghost" size="large" onClick={invite.discard} className="mr-auto max-sm:order-last">
            Discard
          </Button>
        )}
        <Button type="submit" variant="primary" size="large" isBusy={review.isPending}>
          {count > 1 ? `Review ${count}` : "Review"}
        </Button>
      </DialogFooter>
    </form>
  );
}

type FileProps = { role: Role; onRows: (rows: PastedRow[]) => void };

/** A file with few rows is put into this dialog; any other is previewed and imported by the import dialog. */
function useFile({ role, onRows }: FileProps) {
  const openImport = useOpenImport();
  const [said, setSaid] = useState<{ tone: "danger" | "warning"; text: string }>();

  async function take(file: File) {
    setSaid(undefined);
    const { readSmallFile } = await import("./small-file.ts");
    const found = await readSmallFile(file, role);
    if (found === undefined) {
      openImport(file);
    } else if ("problem" in found) {
      setSaid({ tone: "danger", text: found.problem });
    } else {
      setSaid(found.note === undefined ? undefined : { tone: "warning", text: found.note });
      onRows(found.rows);
    }
  }

  const isHeld = useFileDrop(([file, ...others]) => {
    if (file && others.length === 0) {
      void take(file);
    } else {
      setSaid({ tone: "warning", text: "One file at a time." });
    }
  });
  return { said, isHeld, take: (file: File) => void take(file) };
}

function messageHint(mayWrite: boolean) {
  return mayWrite ? "Optional: a short message in the email." : "Invitations on the free plan have no custom message.";
}

/** The rows as a list that grows, shrinks and accepts pasted rows; the cursor follows. */
function useRows({ form }: Invite) {
  const list = useFieldArray({ control: form.control, name: "rows" });
  const wanted = useRef<number | undefined>(0);
  const length = list.fields.length;

  useEffect(() => {
    if (wanted.current !== undefined && wanted.current < length) {
      form.setFocus(`rows.${wanted.current}.email`);
      wanted.current = undefined;
    }
  }, [form, length]);

  function add() {
    const role = form.getValues("rows").at(-1)?.role ?? emptyRow.role;
    list.append({ ...emptyRow, role }, { shouldFocus: false });
    wanted.current = length;
  }

  return {
    fields: list.fields,
    add,
    remove(index: number) {
      list.remove(index);
      form.setFocus(`rows.${Math.max(0, index - 1)}.email`);
    },
    goOn(index: number) {
      if (index === length - 1) {
        add();
      } else {
        form.setFocus(`rows.${index + 1}.email`);
      }
    },
    /** Inserts pasted rows at the cursor, or at the end, in place of empty ones, with their roles. */
    paste(index: number | undefined, pasted: PastedRow[]) {
      const present = form.getValues("rows");
      const at = index ?? present.length;
      const role = present[at]?.role ?? present.at(-1)?.role ?? emptyRow.role;
      const before = present.slice(0, at);
      const after = present.slice(at);
      const rows = filled([...before, ...pasted.map((row) => ({ role, ...row })), ...after]);
      list.replace(rows.length > 0 ? rows : [emptyRow]);
      form.clearErrors("rows");
      wanted.current = Math.max(0, rows.length - 1);
    },
  };
}
