import type { AddressOverrides, OutputFile } from '../targets/target.ts';
import { subjectOf } from './build.ts';
import type { BuiltTarget, Loaded } from './types.ts';
import { validate } from './validate.ts';

/**
 * Whether files that were written earlier answer every witness request of the source as the new ones do: how many were
 * asked, undefined where one is answered otherwise or the reader of the files cannot tell.
 */
export function answersAlike(loaded: Loaded, { gateway: name, target, version, judged, settings, validation: fresh }: BuiltTarget, written: readonly OutputFile[], overrides: AddressOverrides): number | undefined {
  const gateway = loaded.gateways.find((one) => one.name === name);
  if (gateway === undefined || fresh === undefined || fresh.disagreements.length > 0) return undefined;
  const { routing } = subjectOf(gateway, target, overrides);
  // Their keys are not in the files, so nothing could log in.
  if ((routing.consumers ?? []).length > 0) return undefined;
  const seen = validate({ target, version, routing, files: written, judged, ...(settings === undefined ? {} : { settings }) });
  const isAlike = seen !== undefined && seen.disagreements.length === 0 && seen.requests === fresh.requests && seen.unmodelled.every((what) => fresh.unmodelled.includes(what));
  return isAlike ? seen.requests : undefined;
}
