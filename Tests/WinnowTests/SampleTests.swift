import Testing

@Suite struct SampleTests { @Test func `x`() { #expect(Bool(true)) } }
