/** Where the generated file of a kernel lies. */
export declare function kernelTarget(name: 'encoder' | 'scan'): URL;
/** The text of the generated file for the AssemblyScript sources as they are now. */
export declare function generateKernel(name: 'encoder' | 'scan'): Promise<string>;
