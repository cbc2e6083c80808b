import fc from 'fast-check';

/** The day's seed, so that all runs of a day agree, and each day tries something else; FC_SEED asks for another, and a failure prints it. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? Math.floor(Date.now() / 86_400_000)) });

export { default } from 'fast-check';
export * from 'fast-check';
