export const value = 'from another module';
