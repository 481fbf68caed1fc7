import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import { roleText } from "#features/rights/text.ts";
import type { KnownRole } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { Input } from "#ui/input.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import type { Draft, Values } from "./form.ts";
import { type PastedRow, readPaste } from "./paste-rows.ts";

type Props = {
  form: UseFormReturn<Draft, unknown, Values>;
  index: number;
  roles: KnownRole[];
  isOnly: boolean;
  onRemove: () => void;
  onPaste: (rows: PastedRow[], rest: string[]) => void;
  onNext: () => void;
};

export function InviteRow({ form, index, roles, isOnly, onRemove, onPaste, onNext }: Props) {
  const name = form.watch(`rows.${index}.name`);
  const remark = form.watch(`rows.${index}.remark`);
  const remarkId = useId();
  const options = roles.map((role) => ({ value: role, label: roleText[role].label }));

  /**
   * A block of addresses becomes rows, and a name or a role is added to its address; a single address is pasted as
   * usual.
   */
  function paste(event: ClipboardEvent) {
    const text = event.clipboardData.getData("text").trim();
    const { rows, rest } = readPaste(text, roles);
    const [first] = rows;
    if (first !== undefined && (rows.length > 1 || rest.length > 0 || Object.keys(first).length > 1)) {
      event.preventDefault();
      onPaste(rows, rest);
    }
  }

  /** The name came with the pasted address. */
  function forgetName() {
    if (name !== undefined) {
      form.setValue(`rows.${index}.name`, undefined);
    }
  }

  /** Somebody who chooses a role has seen the remark about it. */
  function forgetRemark() {
    if (remark !== undefined) {
      form.setValue(`rows.${index}.remark`, undefined);
    }
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Enter" && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      onNext();
    }
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)_108px_36px] gap-x-2 gap-y-1 max-sm:grid-cols-[minmax(0,1fr)_44px] max-sm:gap-y-2 max-sm:border-b max-sm:border-border max-sm:pb-3">
      <Input
        {...form.register(`rows.${index}.email`, { onChange: forgetName })}
        type="email"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-label={`Address ${index + 1}`}
        placeholder={index === 0 ? "name@company.com" : ""}
        className="max-sm:col-span-full"
        onPaste={paste}
        onKeyDown={press}
      />
      <NativeSelect
        {...form.register(`rows.${index}.role`, { onChange: forgetRemark })}
        aria-label={`Role ${index + 1}`}
        aria-describedby={remark === undefined ? undefined : remarkId}
        options={options}
      />
      <Button
        variant="ghost"
        size="icon"
        aria-label={`Remove row ${index + 1}`}
        blocked={isOnly ? "This is the only row." : undefined}
        onClick={onRemove}
        className="self-center"
      >
        <X />
      </Button>
      {name !== undefined && <p className="col-span-full px-3 text-xs text-fg-3">{name}</p>}
      {remark !== undefined && (
        <p id={remarkId} className="col-span-full px-3 text-xs text-warning-text">
          {remark}
        </p>
      )}
    </div>
  );
}
