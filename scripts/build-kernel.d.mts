/** The text of kernel.generated.ts for the AssemblyScript source as it is now. */
export declare function generateKernel(): Promise<string>;
