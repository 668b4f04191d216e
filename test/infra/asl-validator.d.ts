declare module 'asl-validator' {
  const validate: (definition: object) => { isValid: boolean; errors: readonly unknown[] };
  export default validate;
}
