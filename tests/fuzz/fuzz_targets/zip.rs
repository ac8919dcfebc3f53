#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| (malle_fuzz::target("zip").expect("a target").run)(bytes));
