//! Slice: organisations. Owns client companies, their contracts, and who may enter. Promises that no path leads from a company to an employee.

pub mod entry;
