// What went wrong in a fixture, as against in what is tested.

/// A fixture could not be set up or read.
package struct FixtureError: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
}
