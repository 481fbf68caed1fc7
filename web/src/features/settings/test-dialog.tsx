import type { FieldKey } from "@muster/settings/fields.ts";
import { matcher } from "@muster/settings/website.ts";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import type { Member } from "#lib/people.ts";
import { effectiveQuery, type Resolved } from "#lib/setting-layers.ts";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody } from "#ui/dialog-parts.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { Loading } from "#ui/loading.tsx";
import { layerText, notInForceText, originText, switchOf } from "./setting-text.ts";
import { deniesText, testAddress } from "./website-list.ts";
import { Whose } from "./whose.tsx";

const field = "websites.denied" satisfies FieldKey;

type Props = {
  organizationId: string;
  isOpen: boolean;
  onClose: () => void;
  /** True if an address may be tested for other members. */
  mayChoose: boolean;
  returnFocus: () => HTMLElement | null;
};

/** Tests whether an address is denied to a member, by which website of which layer, and why. */
export function TestDialog({ organizationId, isOpen, onClose, mayChoose, returnFocus }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Test an address"
      description="By the saved settings. Unsaved changes don’t count yet."
      returnFocus={returnFocus}
    >
      <Content organizationId={organizationId} mayChoose={mayChoose} />
    </Dialog>
  );
}

function Content({ organizationId, mayChoose }: Pick<Props, "organizationId" | "mayChoose">) {
  const [text, setText] = useState("");
  const [member, setMember] = useState<Member>();
  const effective = useQuery(effectiveQuery(organizationId, { account: member?.account, lists: "full" }));
  return (
    <DialogBody>
      <Field label="Address">
        {(names) => (
          <Input
            {...names}
            type="url"
            placeholder="https://example.com/page"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      {mayChoose && <Whose organizationId={organizationId} member={member} onMember={setMember} />}
      <Gate
        query={effective}
        part=""
        skeleton={<Loading what="the denied websites" className="grid gap-2" lines={["h-5 w-64", "h-5 w-48"]} />}
      >
        {({ fields }) => <Result text={text} resolved={fields[field]} name={member?.name} />}
      </Gate>
    </DialogBody>
  );
}

type ResultProps = { text: string; resolved: Resolved; name: string | undefined };

function Result({ text, resolved, name = "you" }: ResultProps) {
  const { value, source, ties, isInForce, isDamaged } = resolved;
  const covering = useMemo(() => matcher(Array.isArray(value) ? (value as string[]) : []), [value]);
  const tested = text.trim() === "" ? undefined : testAddress(text, covering);
  const origin = [originText(source), ...ties.map((tie) => layerText(tie))].join(", ");
  const switchField = switchOf(field);
  const notInForce = !isInForce && switchField !== undefined ? notInForceText(switchField) : undefined;
  if (tested === undefined || "problem" in tested) {
    return (
      <p aria-live="polite" className="min-h-16 text-sm text-fg-2">
        {tested?.problem}
      </p>
    );
  }
  const { pattern } = tested;
  const isDenied = pattern !== undefined && isInForce;
  return (
    <div aria-live="polite" className="grid min-h-16 grid-cols-[16px_minmax(0,1fr)] content-start gap-x-3">
      {isDenied ? (
        <CircleSlash2 className="mt-0.5 size-4 text-danger-text" />
      ) : (
        <CircleCheck className="mt-0.5 size-4 text-success-text" />
      )}
      <div className="grid content-start gap-1 text-sm">
        <p>
          <strong className="font-semibold">
            {isDenied ? "Denied" : "Not denied"} for {name}
          </strong>
          {pattern !== undefined && (
            <>
              {": "}
              <code className="font-mono break-all">{pattern}</code>, {origin}
            </>
          )}
        </p>
        <p className="text-fg-2">
          {pattern === undefined ? `No denied website covers it (${origin}).` : deniesText(pattern)}{" "}
          {pattern !== undefined && notInForce}
          {isDamaged && " A stored list can’t be read, so the strictest applies."}
        </p>
      </div>
    </div>
  );
}
