/** The types of header messages that the reader knows (specification, IV.A.2). */
export const nilMessage = 0x00;
export const dataspaceMessage = 0x01;
export const linkInfoMessage = 0x02;
export const datatypeMessage = 0x03;
export const oldFillValueMessage = 0x04;
export const fillValueMessage = 0x05;
export const linkMessage = 0x06;
export const externalDataFilesMessage = 0x07;
export const dataLayoutMessage = 0x08;
export const filterPipelineMessage = 0x0b;
export const attributeMessage = 0x0c;
export const sharedMessageTableMessage = 0x0f;
export const continuationMessage = 0x10;
export const symbolTableMessage = 0x11;
export const attributeInfoMessage = 0x15;
export const cacheImageMessage = 0x18;
