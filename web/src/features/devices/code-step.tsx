import type { FormEvent } from "react";
import { type ApiError, toSentence } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { InputField } from "#ui/input.tsx";

type Props = {
  code: string;
  onCode: (code: string) => void;
  onContinue: () => void;
  failure: ApiError | undefined;
  isBusy: boolean;
};

/** Asks for the code that the device shows. */
export function CodeStep({ code, onCode, onContinue, failure, isBusy }: Props) {
  const input = useInitialFocus();
  const isRefused = failure?.code.startsWith("device.code_") === true;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim() === "") {
      input.current?.focus();
    } else {
      onContinue();
    }
  }

  return (
    <Section title="Enter the code" description="The device shows it, and it works for ten minutes.">
      <form noValidate onSubmit={submit} className="grid gap-4 px-5 pt-1 pb-5">
        <InputField
          label="Code"
          hint="Eight letters, such as BCDF-GHJK."
          error={isRefused && failure ? failure.message : undefined}
          ref={input}
          value={code}
          maxLength={40}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          className="font-mono uppercase"
          onChange={(event) => onCode(event.target.value)}
        />
        {failure && !isRefused && <Banner tone="danger">{toSentence(failure)}</Banner>}
        <div>
          <Button type="submit" variant="primary" size="large" isBusy={isBusy}>
            Continue
          </Button>
        </div>
      </form>
    </Section>
  );
}
