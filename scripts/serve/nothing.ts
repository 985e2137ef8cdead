// Stands for a package that has no meaning outside Next: bundle.ts.
export {}
