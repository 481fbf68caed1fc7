import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Organization } from "#lib/api.ts";
import { type Billing, takeDiscount } from "#lib/billing.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";
import { toast } from "#ui/toast.ts";
import { useKeep } from "./use-keep.ts";

/** Takes a code; a wrong one, one that is over and one that is used up have each their answer. */
export function DiscountCard({ organization, billing }: { organization: Organization; billing: Billing }) {
  const keep = useKeep(organization.id);
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const take = useMutation({
    mutationFn: () => takeDiscount(organization.id, code.trim()),
    onSuccess: (now) => {
      keep(now);
      setCode("");
      toast(`The code ${code.trim()} is taken`, { description: "It counts from the next invoice." });
    },
    onError: (error) => setProblem(sentenceOf(error)),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim() === "") {
      setProblem("Which code?");
    } else {
      take.mutate();
    }
  }

  return (
    <section aria-labelledby="discount" className="card p-5">
      <h2 id="discount" className="text-base font-semibold">
        Discount
      </h2>
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
                Apply
              </Button>
            </span>
          )}
        </Field>
      </form>
    </section>
  );
}

function hintOf({ cancelAt }: Billing) {
  return cancelAt === undefined
    ? "One at a time: another code takes the place of the first."
    : "The subscription ends: a code counts only if it is resumed.";
}

function sentenceOf(error: unknown) {
  const [complaint] = error instanceof ApiError ? error.fields : [];
  return complaint?.message ?? toSentence(error);
}
