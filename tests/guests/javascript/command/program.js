// Prints what it was given: arguments, one variable of its environment, and standard input.

export function main({ args, env, input }) {
  console.log(args, env.NAME ?? 'no name');
  const text = input();
  console.log(`${text.length} units: ${text.slice(0, 3)}...${text.slice(-3)}`);
  if (args.includes('wait')) return Promise.resolve();
}
