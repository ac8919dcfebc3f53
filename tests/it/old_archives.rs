//! F3: archives written by earlier versions open for ever.

use malle::crypto::{Passphrase, Unlock};
use malle::store::{Archive, VerifyDepth, verify};

use crate::reliability::report::{exactly, put};
use crate::support::{archives::copy_folder, fixtures};

#[test]
fn archives_of_every_version_open_verify_and_export_the_same() {
    let mut seen = 0;
    for version in std::fs::read_dir(fixtures().join("store")).unwrap() {
        let version = version.unwrap().path();
        seen += 1;
        // A copy, so that nothing is ever written beside the kept one.
        let scratch = tempfile::tempdir().unwrap();
        copy_folder(&version.join("archive"), scratch.path());
        let passphrase = Passphrase::new(&std::fs::read_to_string(version.join("passphrase.txt")).unwrap());
        let archive = Archive::open(scratch.path(), &Unlock::Passphrase(&passphrase)).unwrap();
        let report = verify(&archive, VerifyDepth::Data, &|_| {}).unwrap();
        assert!(report.findings.is_empty() && report.records > 0 && report.media > 0, "{:?}", report.findings);
        let mut exported = Vec::new();
        malle::export::write_ndjson(&archive, &mut exported, &|| {}).unwrap();
        let expected = std::fs::read(version.join("expected.ndjson")).unwrap();
        assert!(exported == expected, "{} exports otherwise", version.display());
    }
    assert!(seen > 0);
    put("F3", &[exactly("versions", seen)]);
}
