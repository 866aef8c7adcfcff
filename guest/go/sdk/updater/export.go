package updater

var exported Updater

// Export makes an updater this component's. Call it once, in a function init: the function main of a plugin does
// not run.
func Export(updater Updater) {
	if exported.answer != nil {
		panic("updater.Export is called twice: a component has one updater")
	}
	exported = updater
}
