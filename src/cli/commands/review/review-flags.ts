/** The flags of `veil review` that are not options of config files. */
export interface ReviewFlags {
  readonly tracks?: string;
  readonly output?: string;
  readonly port: string;
  readonly idle: string;
  readonly by?: string;
  readonly takeOver?: true;
  readonly list?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}
