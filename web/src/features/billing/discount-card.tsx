import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { discountText } from "#features/seats/text.ts";
import { useKeep } from "#features/seats/use-keep.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, takeDiscount } from "#lib/billing.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { toast } from "#ui/toast.ts";

/** Applies a code; wrong, expired and used-up codes have their own messages. */
export function DiscountCard({ organization, billing }: { organization: Organization; billing: Billing }) {
  const keep = useKeep(organization.id);
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const taken = billing.discounts ?? [];
  const take = useMutation({
    mutationFn: () => takeDiscount(organization.id, code.trim(), taken.length > 0),
    onSuccess: (now) => {
      keep(now);
      setCode("");
      toast(`The code ${code.trim()} was applied`, { description: "It applies from the next invoice." });
    },
    onError: (error) => {
      setProblem(sentenceOf(error));
      keep(undefined);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim() === "") {
      setProblem("Enter a code.");
    } else {
      take.mutate();
    }
  }

  return (
    <section aria-labelledby="discount" className="card p-5">
      <h2 id="discount" className="text-base font-semibold">
        Discount
      </h2>
      <Taken discounts={taken} />
      <form noValidate onSubmit={submit} className="mt-3">
        <Field label="Code" error={problem} hint={hintOf(billing)}>
          {(ids) => (
            <span className="flex gap-2">
              <Input
                {...ids}
                value={code}
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                maxLength={100}
                onChange={({ target }) => {
                  setCode(target.value);
                  setProblem(undefined);
                }}
              />
              <Button type="submit" size="large" isBusy={take.isPending} className="pointer-coarse:h-11">
                {taken.length > 0 ? "Replace" : "Apply"}
              </Button>
            </span>
          )}
        </Field>
      </form>
    </section>
  );
}

/** The active discounts. */
function Taken({ discounts }: { discounts: NonNullable<Billing["discounts"]> }) {
  const money = useMoney();
  const { date } = useFormat();
  return (
    discounts.length > 0 && (
      <ul aria-label="Active discounts" className="mt-3 grid gap-1.5 text-sm">
        {discounts.map((discount) => (
          <li key={JSON.stringify(discount)} className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="min-w-0 font-medium break-words">{discount.name ?? "Custom"}</span>
            <span className="tabular text-fg-2">{discountText(discount, money, date)}</span>
          </li>
        ))}
      </ul>
    )
  );
}

function hintOf({ cancelAt, discounts = [] }: Billing) {
  if (cancelAt !== undefined) {
    return "The subscription ends: a code applies only if it is resumed.";
  }
  const names = discounts.map(({ name = "the current discount" }) => name).join(", ");
  return discounts.length === 0 ? "One at a time." : `One at a time: a new code replaces ${names}.`;
}

function sentenceOf(error: unknown) {
  const [complaint] = error instanceof ApiError ? error.fields : [];
  return complaint?.message ?? toSentence(error);
}
